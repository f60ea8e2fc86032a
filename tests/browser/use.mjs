// What a user does with a page: from the verdict to its evidence, filter, zoom, read without scripts, print.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { Page } from "./page.mjs";

const one = (text) => text.replace(/\s+/g, " ").trim();

// From the top of the page with Tab and Enter alone.
export async function keysLeadToTheEvidence(browser, path) {
  const page = await Page.open(browser, path);
  await page.ready();
  await page.press("Tab");
  assert.match(await page.see(() => document.activeElement.textContent), /^Skip to the findings/);
  await page.press("Enter");
  let presses = 0;
  let event = "";
  while (!event) {
    assert.ok(++presses <= 40, "a link to evidence is near the first finding");
    await page.press("Tab");
    event = await page.see(() => (document.activeElement.closest("#findings") && document.activeElement.textContent.match(/^e\d+$/)?.[0]) || "");
  }
  const outlined = await page.see(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
  });
  assert.ok(outlined, "the focus is seen");
  await page.press("Enter");
  await page.wait("the evidence's details", (event) => {
    const detail = document.getElementById("detail");
    return !detail.hidden && detail.querySelector("h3").textContent.startsWith(event + ":");
  }, event);
  const row = await page.see((event) => {
    const row = document.getElementById("row-" + event);
    const [box, frame] = [row.getBoundingClientRect(), document.getElementById("scroll").getBoundingClientRect()];
    const inside = box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
    return { selected: row.getAttribute("aria-selected"), inside, focus: document.activeElement.id };
  }, event);
  assert.deepEqual(row, { selected: "true", inside: true, focus: "scroll" });
  // And back out again.
  await page.press("Escape");
  assert.ok(await page.see(() => document.getElementById("detail").hidden), "Escape closes the details");
  assert.deepEqual(page.outside(), []);
  await page.end();
  return presses + 2;
}

async function shown(page) {
  const text = await page.see(() => document.getElementById("filter-count").textContent);
  const [few, all] = text.match(/[\d,]+/g).map((number) => Number(number.replace(/,/g, "")));
  return { few, all };
}

export async function filterNarrows(browser, path, words) {
  const page = await Page.open(browser, path);
  await page.ready();
  const before = await shown(page);
  await page.press("/");
  assert.equal(await page.see(() => document.activeElement.id), "filter-text", "a slash leads into the filter");
  await page.write(words);
  await page.wait("a narrower table", (all) => Number(document.getElementById("filter-count").textContent.match(/[\d,]+/)[0].replace(/,/g, "")) < all, before.few);
  const narrowed = await shown(page);
  assert.ok(narrowed.few > 0 && narrowed.all === before.all, `${JSON.stringify(narrowed)} of ${JSON.stringify(before)}`);
  const rows = await page.see(() => [...document.querySelectorAll("#rows tbody tr[id]")].length);
  assert.ok(rows > 0 && rows <= narrowed.few, "rows are those that are counted");
  await page.see(() => document.querySelector("#filter [type=reset]").focus());
  await page.press("Enter");
  await page.wait("the whole table", (few) => Number(document.getElementById("filter-count").textContent.match(/[\d,]+/)[0].replace(/,/g, "")) === few, before.few);
  assert.deepEqual(page.outside(), []);
  await page.end();
  return `${narrowed.few} of ${before.few}`;
}

// What stands at the axis tells the stretch of time that is in view.
const axis = (page) => page.see(() => [...document.querySelectorAll("#timeline text.axis")].map((text) => text.textContent).join(" "));

export async function timelineZooms(browser, path) {
  const page = await Page.open(browser, path);
  await page.ready();
  await page.see(() => document.getElementById("timeline").focus());
  await page.press("0");
  const whole = await axis(page);
  assert.match(whole, /\d\d:\d\d/, "the axis has times");
  const changes = [["w", "zoom in"], ["d", "later"], ["a", "earlier"], ["s", "zoom out"], ["ArrowUp", "zoom in by arrow"]];
  let last = whole;
  for (const [key, what] of changes) {
    await page.press(key);
    const now = await axis(page);
    // Going back and forth may show the same again, but never what stood there before the key.
    assert.notEqual(now, last, what);
    last = now;
  }
  await page.press("0");
  assert.equal(await axis(page), whole, "the whole again");
  const box = await page.see(() => {
    const node = document.getElementById("timeline");
    node.scrollIntoView({ block: "center" });
    const { left, top, width, height } = node.getBoundingClientRect();
    return { left, top, width, height };
  });
  const y = box.top + box.height / 2;
  await page.drag([box.left + box.width * 0.4, y], [box.left + box.width * 0.7, y]);
  assert.notEqual(await axis(page), whole, "a drag zooms");
  assert.deepEqual(page.outside(), []);
  await page.end();
}

export async function findingsNeedNoScript(browser, path, words) {
  const page = await Page.open(browser, path, { scripts: false });
  const text = await page.read();
  for (const word of words) assert.match(text, word, "is read without scripts");
  assert.deepEqual(page.outside(), []);
  await page.end();
}

// The first sheet has the verdict whole.
export async function paperShowsTheVerdict(browser, path, folder, name) {
  const page = await Page.open(browser, path);
  if (!path.endsWith("index.html")) await page.ready();
  const verdict = one(await page.see(() => document.querySelector("h1").textContent));
  const file = `${folder}/${name}.pdf`;
  writeFileSync(file, await page.paper());
  await page.end();
  let sheet;
  try {
    sheet = execFileSync("pdftotext", ["-f", "1", "-l", "1", "-raw", file, "-"], { encoding: "utf8" });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return "skipped: pdftotext is not here";
  }
  assert.ok(one(sheet).includes(verdict), `"${verdict}" is on the first sheet:\n${sheet}`);
  return `${readFileSync(file).length >> 10} KiB`;
}

export async function pictures(browser, path, folder, name) {
  for (const [width, height] of [[1280, 1600], [420, 1600]]) {
    for (const scheme of ["light", "dark"]) {
      const page = await Page.open(browser, path, { width, height, scheme });
      if (!path.endsWith("index.html")) await page.ready();
      const wide = await page.see(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${name} at ${width} is ${wide} wide: it scrolls sideways`);
      writeFileSync(`${folder}/${name}-${width}-${scheme}.png`, await page.picture());
      await page.end();
    }
  }
}
