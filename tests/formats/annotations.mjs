// Reads the annotations of `cargo gauntlet check --format github` on standard input, and has GitHub's own toolkit write each
// once more from what it means: node annotations.mjs FOLDER
// The lines have to be the same but for the order of their properties, and each file has to be in FOLDER, the repository.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { error, notice } from "@actions/core";

const [repository] = process.argv.slice(2);
const LINE = /^::(?<command>error|notice) (?<properties>[^:]*(?:%3A[^:]*)*)::(?<message>.*)$/;
const codes = { "%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": "," };
const plain = (text) => text.replace(/%(25|0D|0A|3A|2C)/g, (code) => codes[code]);
const pairs = (text) => Object.fromEntries(text.split(",").map((pair) => pair.split(/=(.*)/s).slice(0, 2)));

function parse(line) {
  const found = LINE.exec(line);
  assert(found, `no annotation: ${line}`);
  return { command: found.groups.command, properties: pairs(found.groups.properties), message: found.groups.message };
}

/** The line as the toolkit writes it to standard output. */
function written(command, message, properties) {
  const write = process.stdout.write;
  let text = "";
  process.stdout.write = (chunk) => ((text += chunk), true);
  try {
    ({ error, notice })[command](message, properties);
  } finally {
    process.stdout.write = write;
  }
  return text.replace(/\r?\n$/, "");
}

const lines = readFileSync(0, "utf8").split("\n").filter(Boolean);
for (const line of lines) {
  const { command, properties, message } = parse(line);
  const known = { file: "file", line: "startLine", col: "startColumn", title: "title" };
  const meant = {};
  for (const [name, value] of Object.entries(properties)) {
    assert(known[name], `${name} is not a property that GitHub documents: ${line}`);
    const number = ["line", "col"].includes(name);
    if (number) assert.match(value, /^[1-9][0-9]*$/);
    meant[known[name]] = number ? Number(value) : plain(value);
  }
  if (meant.file) assert(existsSync(join(repository, meant.file)), `${meant.file} is not in the repository`);
  assert.deepEqual(parse(written(command, plain(message), meant)), { command, properties, message });
}
assert(lines.length > 0, "there is no annotation");
console.log(`${lines.length} annotations as GitHub's toolkit writes them`);
