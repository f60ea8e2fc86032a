// Holds exported HTTP archives against the schemas of HAR 1.2. Started by verify.sh.
// Usage: node read_har.cjs FOLDER; NODE_PATH leads to the package har-validator.

const { readdirSync, readFileSync } = require("node:fs");

let validate;
try {
  validate = require("har-validator");
} catch {
  console.log("skipped: har-validator is not installed");
  process.exit(0);
}

async function main([folder]) {
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".har")).sort()) {
    const archive = JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));
    try {
      await validate.har(archive);
    } catch (error) {
      console.log(`NOT VALID ${name}: ${JSON.stringify(error.errors, null, 1)}`);
      process.exit(1);
    }
    console.log(`valid: ${name}: ${archive.log.entries.length} entries by the schemas of HAR 1.2`);
  }
}

main(process.argv.slice(2));
