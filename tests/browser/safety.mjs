// What a page must not do: ask a network, report errors, or let evidence become anything but text.

import assert from "node:assert/strict";
import { Page } from "./page.mjs";

// Events that are opened between two looks at the page.
const STRIDE = 10;

export async function asksNobody(browser, path) {
  const page = await Page.open(browser, path);
  if (path.endsWith("index.html")) await page.see(() => document.title);
  else await page.ready();
  await page.see(() => new Promise((answer) => requestAnimationFrame(() => requestAnimationFrame(answer))));
  assert.deepEqual(page.outside(), []);
  const addresses = await page.see(() => {
    const all = [...document.querySelectorAll("[src], [href], [srcset], [action], [formaction], [poster], [data]")];
    const names = ["src", "href", "srcset", "action", "formaction", "poster", "data"];
    return all.flatMap((node) => names.map((name) => node.getAttribute(name)).filter(Boolean));
  });
  const kinds = addresses.filter((address) => !/^(#[\w-]+|reports\/[\w.-]+\.html(#[\w-]+)?)$/.test(address));
  assert.deepEqual(kinds, [], "links lead into the page, or to reports beside it");
  await page.end();
}

// No script ran, and nothing of the evidence is a node, an attribute that does something, or an address.
async function isInert(page, what) {
  const found = await page.see(() => {
    const odd = "img, iframe, frame, object, embed, link, base, video, audio, form[action], foreignObject, use, set, animate, math, template, a[href]:not([href^='#']):not([href^='reports/'])";
    const nodes = [...document.querySelectorAll(odd)].map((node) => node.outerHTML.slice(0, 200));
    for (const node of document.querySelectorAll("*")) {
      for (const { name, value } of node.attributes) {
        if (/^on/i.test(name) || /^\s*(javascript|data):/i.test(value) && name !== "title" && name !== "aria-label" && name !== "value" && name !== "placeholder") nodes.push(`${node.tagName} ${name}=${value}`);
      }
    }
    const scripts = [...document.scripts].filter((node) => node.type === "" || node.type === "text/javascript").length;
    const refreshes = document.querySelectorAll("meta[http-equiv=refresh i]").length;
    return { fired: String(window.fired), nodes, scripts, refreshes };
  });
  assert.deepEqual(found, { fired: "undefined", nodes: [], scripts: found.scripts, refreshes: 0 }, what);
  assert.deepEqual(page.outside(), [], what);
  return found.scripts;
}

// Opens every part of a page that shows evidence, one after the other.
export async function hostileTextsAreInert(browser, path, plainPath) {
  const plain = await Page.open(browser, plainPath);
  const scripts = await isInert(plain, "a page without hostile texts");
  await plain.end();
  const page = await Page.open(browser, path, { width: 1600, height: 1200 });
  await page.ready();
  assert.equal(await isInert(page, "as opened"), scripts, "scripts of a page");
  assert.match(await page.read(), /window\.fired/, "hostile texts are shown as texts");
  await page.see(() => document.querySelectorAll("details").forEach((card) => (card.open = true)));
  await isInert(page, "all unfolded");
  await page.showAll();
  const total = await page.see(() => Number(document.getElementById("filter-count").textContent.match(/of ([\d,]+)/)[1].replace(/,/g, "")));
  // Every event in turn, with its details.
  await page.see(() => document.getElementById("scroll").focus());
  await page.press("Enter");
  for (let step = 0; step < total; step += STRIDE) {
    await page.see((steps) => {
      for (let step = 0; step < steps; step++) document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
    }, STRIDE);
    await isInert(page, `event ${step} of ${total} open`);
  }
  await isInert(page, "the last event open");
  await page.see(() => document.getElementById("filter-text").focus());
  await page.write("<img src=x onerror=window.fired=1>");
  await isInert(page, "a hostile filter");
  await page.end();
  return total;
}
