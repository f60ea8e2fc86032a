// Runs every check and prints each; ends with 1 where one failed.
// Usage: node run.mjs CHROMIUM FOLDER [axe.min.js]; the folder holds the pages that browser.sh makes.

import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAccessible } from "./access.mjs";
import { bigPageIsQuick } from "./big.mjs";
import { Browser } from "./cdp.mjs";
import { asksNobody, hostileTextsAreInert } from "./safety.mjs";
import { filterNarrows, findingsNeedNoScript, keysLeadToTheEvidence, paperShowsTheVerdict, pictures, timelineZooms } from "./use.mjs";

const [program, folder, axe] = process.argv.slice(2);
const kept = mkdtempSync(join(tmpdir(), "joinscope-browser-"));
const browser = new Browser(program, kept);
const file = (name) => join(folder, name);
const PAGES = ["hero.html", "refused.html", "healthy.html", "batch/index.html"];
let failed = 0;

async function check(name, run) {
  const started = Date.now();
  try {
    const said = await run();
    console.log(`ok      ${name} (${Date.now() - started} ms)${said ? `: ${said}` : ""}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${error.message}`);
  }
}

for (const page of PAGES) {
  await check(`${page} asks nobody and reports no error`, () => asksNobody(browser, file(page)));
}
for (const page of ["hero.html", "refused.html"]) {
  await check(`${page}: keys lead from the verdict to the evidence`, () => keysLeadToTheEvidence(browser, file(page)));
  await check(`${page}: the timeline zooms by keys and by dragging`, () => timelineZooms(browser, file(page)));
}
await check("hero.html: the filter narrows and is cleared", () => filterNarrows(browser, file("hero.html"), "invalid_token"));
await check("hero.html without scripts", () =>
  findingsNeedNoScript(browser, file("hero.html"), [/The token for the join had expired/, /Ruled out/, /0x801c03ed/, /\be\d+\b/, /invalid_token/]));
await check("refused.html without scripts", () => findingsNeedNoScript(browser, file("refused.html"), [/Findings/, /\be\d+\b/, /Ruled out/]));
for (const page of PAGES) {
  const name = page.replace("/", "-").replace(".html", "");
  await check(`${page} on paper`, () => paperShowsTheVerdict(browser, file(page), folder, name));
  await check(`${page} at two widths, in both schemes`, () => pictures(browser, file(page), folder, name));
  if (axe) await check(`${page} by axe-core`, () => isAccessible(browser, file(page), axe));
}
await check("hostile.html fires no script", () => hostileTextsAreInert(browser, file("hostile.html"), file("hero.html")).then((total) => `${total} events opened`));
await check("hostile batch asks nobody", () => asksNobody(browser, file("batch-hostile/index.html")));
const reports = readdirSync(file("batch/reports")).slice(0, 1);
for (const name of reports) await check(`a report of the batch asks nobody`, () => asksNobody(browser, file(`batch/reports/${name}`)));
if (existsSync(file("big.html"))) await check("big.html is small and quick", () => bigPageIsQuick(browser, file("big.html")));
else console.log("skipped: there is no big.html");

await browser.close();
rmSync(kept, { recursive: true, force: true });
process.exitCode = failed > 0 ? 1 : 0;
