// What axe-core says of a page: nothing serious or critical, in both colour schemes, with a detail open.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Page } from "./page.mjs";

export async function isAccessible(browser, path, axePath) {
  const axe = readFileSync(axePath, "utf8");
  let passed = 0;
  for (const scheme of ["light", "dark"]) {
    for (const width of [1280, 420]) {
      const page = await Page.open(browser, path, { scheme, width });
      if (!path.endsWith("index.html")) {
        await page.ready();
        // The details of an event are a part of the page, too.
        await page.see(() => document.getElementById("scroll").focus());
        await page.press("Enter");
      }
      await page.send("Runtime.evaluate", { expression: axe });
      const found = await page.see(async () => {
        document.querySelectorAll("details").forEach((card) => (card.open = true));
        const { violations, passes } = await axe.run(document, { resultTypes: ["violations"] });
        const told = (rule) => `${rule.impact}: ${rule.id}: ${rule.help}: ` + rule.nodes.slice(0, 3).map((node) => `${node.target} ${node.html.slice(0, 160)} ${node.failureSummary}`).join(" | ");
        return { grave: violations.filter((rule) => ["serious", "critical"].includes(rule.impact)).map(told), others: violations.filter((rule) => !["serious", "critical"].includes(rule.impact)).map(told), passed: passes.length };
      });
      assert.deepEqual(found.grave, [], `${scheme} at ${width}`);
      for (const rule of found.others) console.log(`        ${scheme} at ${width}: ${rule}`);
      passed += found.passed;
      await page.end();
    }
  }
  return `${passed} rules passed`;
}
