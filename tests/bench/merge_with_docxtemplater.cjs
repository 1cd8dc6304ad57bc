// A contestant that only merges, with docxtemplater as its manual shows it: a new object for each document.
// Run as: node merge_with_docxtemplater.cjs MODULES TASKS, where TASKS is a JSON file of [{template, data, target}].
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { createRequire } = require("node:module");

const [modules, tasks] = process.argv.slice(2);
const installed = createRequire(path.join(modules, "package.json"));
const Docxtemplater = installed("docxtemplater");
const PizZip = installed("pizzip");

const papers = JSON.parse(fs.readFileSync(tasks, "utf8"));

function make(paper) {
  const begun = process.hrtime.bigint();
  const zip = new PizZip(fs.readFileSync(paper.template, "binary"));
  const document = new Docxtemplater(zip, { paragraphLoop: true, linebreaks: true });
  document.render(paper.data);
  fs.writeFileSync(paper.target, document.toBuffer());
  return Number(process.hrtime.bigint() - begun) / 1e9;
}

console.log("ready");
readline.createInterface({ input: process.stdin }).on("line", () => console.log(JSON.stringify(papers.map(make))));
