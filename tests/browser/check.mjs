// Opens reports in a browser: node check.mjs CHROMIUM FOLDER
// FOLDER has NAME/report.html for each history; screenshots go to FOLDER/NAME-WIDTH-SCHEME.png.
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import assert from "node:assert/strict";
import puppeteer from "puppeteer-core";

const [chromium, folder] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const SIZES = [{ width: 1280, height: 900 }, { width: 400, height: 800 }];
const SCHEMES = ["light", "dark"];
const HISTORIES = ["5", "100", "700"];

let passed = 0;
const failed = [];

async function test(name, body) {
  try {
    await body();
    passed += 1;
    console.log(`ok ${name}`);
  } catch (error) {
    failed.push(name);
    console.log(`FAILED ${name}\n${String(error.stack ?? error).replace(/^/gm, "    ")}`);
  }
}

/** Opens a report. Whatever it says on the console, and whatever it asks for besides itself, is a failure of `close`. */
async function open(browser, history, size, scheme) {
  const page = await browser.newPage();
  const problems = [];
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  const url = pathToFileURL(join(folder, history, "report.html")).href;
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url && !request.url().startsWith("data:")) problems.push(`asks for ${request.url()}`);
  });
  await page.setViewport(size);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(url, { waitUntil: "load" });
  const close = async () => {
    await page.close();
    assert.deepEqual(problems, []);
  };
  return { page, close };
}

const browser = await puppeteer.launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
await browser.defaultBrowserContext().overridePermissions("file://", ["clipboard-read", "clipboard-write"]).catch(() => {});

for (const history of HISTORIES) {
  await test(`${history}: smaller than a megabyte`, () => {
    const { size } = statSync(join(folder, history, "report.html"));
    console.log(`   ${Math.round(size / 1024)} KiB`);
    assert.ok(size < 1_000_000, `${size} bytes`);
  });
  for (const size of SIZES) {
    for (const scheme of SCHEMES) {
      await test(`${history}: ${size.width} pixels, ${scheme}: no error, no violation, nothing beside the page`, async () => {
        const { page, close } = await open(browser, history, size, scheme);
        await page.screenshot({ path: join(folder, `${history}-${size.width}-${scheme}.png`) });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(wide, 0, "the page scrolls sideways");
        assert.equal(await page.evaluate(() => window.broken), undefined, "a name became a script");
        // All rules judge the small page; the large ones have more of the same.
        if (history === "5" || (size.width === 1280 && scheme === "light")) {
          await page.evaluate(axe);
          const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
          const texts = violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes.slice(0, 3).map((node) => node.html + "\n  " + node.failureSummary).join("\n  ")}`);
          assert.deepEqual(texts, []);
        }
        await close();
      });
    }
  }
}

await test("the answer is the first thing on the page", async () => {
  const { page, close } = await open(browser, "5", SIZES[0], "light");
  assert.match(await page.$eval("h1", (one) => one.textContent), /^No: 3 of \d checks failed, with \d+ findings$/);
  await close();
});

await test("what is copied is the SQL of the finding", async () => {
  const { page, close } = await open(browser, "5", SIZES[0], "light");
  await page.evaluate(() => {
    globalThis.copied = [];
    Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { globalThis.copied.push(text); } } });
  });
  const button = await page.$("#s1-stairway .copy");
  await button.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => globalThis.copied.length === 1);
  const [text] = await page.evaluate(() => globalThis.copied);
  assert.match(text, /^DROP INDEX idx_users_email;\nALTER TABLE users ALTER COLUMN email TYPE character varying\(100\);\n$/);
  await close();
});

await test("names are shown as they are", async () => {
  const { page, close } = await open(browser, "5", SIZES[0], "light");
  const { HOSTILE } = await import("./histories.mjs");
  const text = await page.evaluate(() => {
    document.querySelectorAll("details").forEach((one) => { one.open = true; });
    return document.body.textContent;
  });
  for (const name of HOSTILE) assert.ok(text.includes(name), `${name} is missing`);
  await close();
});

await test("the keyboard chooses a table, and its neighbours stand out", async () => {
  const { page, close } = await open(browser, "100", SIZES[0], "light");
  const table = await page.$("#s1-t0");
  await table.evaluate((one) => one.focus());
  await page.keyboard.press("Enter");
  assert.equal(await table.evaluate((one) => one.getAttribute("aria-pressed")), "true");
  const near = await page.$$eval(".table.near", (all) => all.length);
  assert.equal(String(near), await table.evaluate((one) => String(one.dataset.near.split(" ").length)));
  assert.ok(near > 1);
  await page.keyboard.press("Escape");
  assert.equal(await page.$$eval(".table.near", (all) => all.length), 0);
  await close();
});

await test("a search finds a table and scrolls to it", async () => {
  const { page, close } = await open(browser, "700", SIZES[0], "light");
  await page.type(".find", "table_201");
  assert.equal(await page.$eval(".found", (one) => one.textContent), "1 found");
  const seen = await page.$eval(".table.hit", (one) => {
    const [box, frame] = [one.getBoundingClientRect(), one.closest(".drawing").getBoundingClientRect()];
    return box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
  });
  assert.ok(seen, "the table is out of sight");
  await close();
});

await test("zoom makes the drawing larger, and fit shows its whole width", async () => {
  const { page, close } = await open(browser, "700", SIZES[0], "light");
  const width = () => page.$eval(".drawing svg", (one) => one.getBoundingClientRect().width);
  const before = await width();
  await page.click(".zoom-in");
  assert.ok(await width() > before);
  await page.click(".fit");
  const frame = await page.$eval(".drawing", (one) => one.clientWidth);
  assert.ok(await width() <= frame + 1);
  await close();
});

await test("tables do not overlap", async () => {
  const { page, close } = await open(browser, "100", SIZES[0], "light");
  const overlaps = await page.$$eval(".table rect", (all) => {
    const boxes = all.map((one) => one.getBoundingClientRect());
    let count = 0;
    for (let i = 0; i < boxes.length; i += 1) {
      for (let j = i + 1; j < boxes.length; j += 1) {
        const [a, b] = [boxes[i], boxes[j]];
        if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) count += 1;
      }
    }
    return count;
  });
  assert.equal(overlaps, 0);
  await close();
});

await test("texts stay inside of their tables", async () => {
  const { page, close } = await open(browser, "5", SIZES[0], "light");
  const out = await page.$$eval(".table", (all) => all.flatMap((table) => {
    const box = table.querySelector("rect").getBoundingClientRect();
    return Array.from(table.querySelectorAll("text")).filter((one) => one.getBoundingClientRect().right > box.right + 1)
      .map((one) => one.textContent);
  }));
  assert.deepEqual(out, []);
  await close();
});

await test("the theme is the reader's choice", async () => {
  const { page, close } = await open(browser, "5", SIZES[0], "light");
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.click(".theme");
  assert.notEqual(await ground(), light);
  await page.click(".theme");
  assert.equal(await ground(), light);
  await close();
});

await test("without a script everything can be read", async () => {
  const page = await browser.newPage();
  await page.setJavaScriptEnabled(false);
  await page.setViewport(SIZES[0]);
  await page.goto(pathToFileURL(join(folder, "5", "report.html")).href);
  assert.equal((await page.$$(".copy:not([hidden]), .theme:not([hidden]), .tools:not([hidden])")).length, 0);
  assert.ok((await page.$$(".finding")).length > 0);
  await page.close();
});

await test("it can be printed", async () => {
  const { page, close } = await open(browser, "5", SIZES[0], "light");
  await page.emulateMediaType("print");
  await page.screenshot({ path: join(folder, "5-print.png"), fullPage: true });
  const pdf = await page.pdf({ format: "A4" });
  assert.ok(pdf.length > 10_000);
  await close();
});

await browser.close();
console.log(`\n${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
