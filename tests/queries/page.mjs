// Asks the queries of a file of cases of a page's own script, without a browser: what a page finds and
// refuses must be what the program does.
// node tests/queries/page.mjs CASES PAGE

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [, , cases, page] = process.argv;
const text = readFileSync(page, "utf8");
const blocks = [...text.matchAll(/<script type="application\/json"[^>]*>([^<]*)</g)].map((found) => ({ textContent: found[1] }));
const document = { getElementById: () => blocks[0], querySelectorAll: () => blocks.slice(1) };

const folder = fileURLToPath(new URL("../../src/export/html/script/", import.meta.url));
const script = ["words", "store", "query", "matching"].map((name) => readFileSync(`${folder}${name}.js`, "utf8")).join("\n");
const own = new Function("document", script + "\nreturn { load, store, idOf, parseQuery, find };")(document);

await own.load();
const all = [...Array(own.store.size).keys()];
const { finds, refuses } = JSON.parse(readFileSync(cases, "utf8"));
const faults = [];
for (const [query, wanted] of finds) {
  try {
    const found = await own.find(own.parseQuery(query), all, () => false, () => {});
    const ids = found.map(own.idOf).join(" ");
    if (ids !== wanted) faults.push(`${query}: finds "${ids}", not "${wanted}"`);
  } catch (error) {
    faults.push(`${query}: ${error.message}`);
  }
}
for (const [query, words] of refuses) {
  try {
    own.parseQuery(query);
    faults.push(`${query}: is not refused`);
  } catch (error) {
    if (!error.message.toLowerCase().includes(words.toLowerCase())) faults.push(`${query}: says "${error.message}", not "${words}"`);
  }
}
console.log(faults.length === 0 ? `${finds.length + refuses.length} queries` : faults.join("\n"));
process.exit(faults.length === 0 ? 0 : 1);
