// Diagrams read by Mermaid's own parser. Run where `npm install mermaid jsdom` has been run:
//
//     node mermaid_parse.mjs FILE...
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(process.cwd() + "/"));
const { JSDOM } = require("jsdom");
const page = new JSDOM("<body></body>");
globalThis.window = page.window;
globalThis.document = page.window.document;
const { default: mermaid } = await import(
  pathToFileURL(process.cwd() + "/node_modules/mermaid/dist/mermaid.core.mjs"));
for (const file of process.argv.slice(2)) {
  const { diagramType } = await mermaid.parse(readFileSync(file, "utf8"));
  console.log(diagramType);
}
