// Writes histories whose reports are looked at: node histories.mjs FOLDER
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = process.argv[1] === fileURLToPath(import.meta.url) ? process.argv[2] : undefined;

/** Names that would break a page that takes them as markup, or an order of letters. */
export const HOSTILE = [
  `</script><script>window.broken = true</script>`,
  `"quoted" and 'quoted' & <b>bold</b>`,
  "x".repeat(63),
  "שלום עולם",
  "\u202Etxet desrever",
  `<img src=x onerror="window.broken = true">`,
];

const quoted = (name) => `"${name.replaceAll('"', '""')}"`;

function write(history, version, name, up, down) {
  const folder = join(root, history, "migrations");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${String(version).padStart(4, "0")}_${name}`);
  writeFileSync(`${file}.up.sql`, up);
  writeFileSync(`${file}.down.sql`, down);
}

/** Five versions with something to find, and a model that has other ideas. */
function faulty() {
  write("5", 1, "users",
    "CREATE TABLE users (\n  id bigint PRIMARY KEY,\n  email varchar(100) NOT NULL\n);\n", "DROP TABLE users;\n");
  write("5", 2, "email_is_a_text",
    "ALTER TABLE users ALTER COLUMN email TYPE text;\nCREATE INDEX idx_users_email ON users (email);\n",
    "ALTER TABLE users ALTER COLUMN email TYPE varchar(50);\n");
  const tables = HOSTILE.map((name, i) =>
    `CREATE TABLE ${quoted(name)} (id bigint PRIMARY KEY, ${quoted(HOSTILE[(i + 1) % HOSTILE.length])} bigint REFERENCES users);\n`);
  // The last one is forgotten.
  const drops = HOSTILE.slice(0, -1).map((name) => `DROP TABLE ${quoted(name)};\n`);
  write("5", 3, "hostile", tables.join(""), drops.join(""));
  write("5", 4, "greeting",
    "CREATE FUNCTION greeting(name text) RETURNS text LANGUAGE sql AS $$\n  SELECT 'Hello, ' || name\n$$;\n",
    "DROP FUNCTION greeting(text);\n");
  write("5", 5, "polite_greeting",
    "CREATE OR REPLACE FUNCTION greeting(name text) RETURNS text LANGUAGE sql AS $$\n  SELECT 'Good morning, '\n    || name\n$$;\n",
    "CREATE OR REPLACE FUNCTION greeting(name text) RETURNS text LANGUAGE sql AS $$\n  SELECT 'Good day, '\n    || name\n$$;\n");
  writeFileSync(join(root, "5", "schema.sql"),
    "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, phone text);\n");
}

/** A history in which every third version makes a table that refers to two others. */
function long(count) {
  const history = String(count);
  for (let version = 1; version <= count; version += 1) {
    const table = `table_${Math.ceil(version / 3)}`;
    const other = Math.ceil(version / 3) - 1;
    if (version % 3 === 1) {
      const links = [other, Math.floor(other / 2)].filter((one) => one > 0)
        .map((one, i) => `,\n  link_${i} bigint REFERENCES table_${one}`);
      const columns = Array.from({ length: 2 + version % 7 }, (_, i) => `,\n  column_${i} text`);
      write(history, version, `create_${table}`,
        `CREATE TABLE ${table} (\n  id bigint PRIMARY KEY${links.join("")}${columns.join("")}\n);\n`,
        `DROP TABLE ${table};\n`);
    } else if (version % 3 === 2) {
      write(history, version, `index_${table}`,
        `CREATE INDEX idx_${table} ON ${table} (column_0);\n`, `DROP INDEX idx_${table};\n`);
    } else {
      write(history, version, `add_note_to_${table}`,
        `ALTER TABLE ${table} ADD note text NOT NULL DEFAULT '';\n`, `ALTER TABLE ${table} DROP note;\n`);
    }
  }
}

if (root) {
  faulty();
  long(100);
  long(700);
}
