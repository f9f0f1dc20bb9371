// The page of a run, `report.html`, of an agent that does what it can to get its own markup into it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { faultsOf, launch, open, shoot } from "./browser.js";

const HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>";
const CASES = ["abort-docs-503", "planning-healthy", "execution-grid"];

let browser, folder, address;

const program = process.env.WILD_CONFORMANCE;

/** The reference agent, which aborts with other words. Where its plan has something ticked, after an abort and where it
 * executes, it says more and leaves a run that nobody asked for. */
const AGENT = `"${program}" agent --break ABT006
if grep -q '\\[x\\]' "$WILD_TASKS_PATH"; then
  echo '${HOSTILE}'
  curl -s -o /dev/null -X POST -H 'content-type: application/json' \\
    -d '{"name": "${HOSTILE}", "command": "${HOSTILE}"}' "$WILD_SERVER_URL/runs"
  curl -s -o /dev/null "$WILD_SERVER_URL/%3Cimg%20src=x%20onerror=alert(3)%3E"
fi
`;

function run(args, status) {
  const ran = spawnSync(program, args, { encoding: "utf8" });
  assert.equal(ran.status, status, ran.stderr + ran.stdout);
}

function play() {
  const agent = join(folder, "agent.sh");
  writeFileSync(agent, AGENT);
  const cases = CASES.flatMap((id) => ["--case", id]);
  const gates = ["--gate", "ABT006>=0.9", "--gate", "LAY001>=0.5"];
  const options = ["--out", join(folder, "out"), "--allow-read", program, ...gates];
  // The gates decide, and one play refutes none of them.
  run(["run", ...cases, ...options, "--", "sh", agent], 0);
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "wild-page-"));
  play();
  const file = join(folder, "out/report.html");
  assert.ok(statSync(file).size < 1_000_000);
  address = pathToFileURL(file).href;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const visible = (page) => page.$$eval("tr[data-case]", (rows) => rows.filter((row) => row.checkVisibility()).length);

test("a finding is followed to what it rests on", async () => {
  const { page, troubles } = await open(browser, address);
  assert.equal(await visible(page), CASES.length);
  await shoot(page, "overview");
  assert.deepEqual(await faultsOf(page), []);

  await page.click('a[href="#abort-docs-503/ABT006"]');
  await page.waitForFunction(() => document.querySelector(":target")?.checkVisibility());
  const evidence = await page.$$eval(":target a[href^='#']", (links) => links.map((link) => link.getAttribute("href")));
  assert.ok(evidence.length > 0, "the finding leads nowhere");
  await page.click(`:target a[href="${evidence[0]}"]`);
  await page.waitForFunction((hash) => location.hash === hash && document.querySelector(":target")?.checkVisibility(), {}, evidence[0]);
  await shoot(page, "case");
  assert.deepEqual(await faultsOf(page), []);
  assert.deepEqual(troubles, []);
});

/** Whether nothing is wider than the window but what scrolls within itself. */
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

/** Everything opened, in a window of this width. */
async function widened(page, width) {
  await page.setViewport({ width, height: 900 });
  await page.$$eval("details", (all) => all.forEach((details) => { details.open = true; }));
}

test("what was found leads to its request on the timeline", async () => {
  const { page, troubles } = await open(browser, address);
  const lead = await page.$eval("#execution-grid li a[href*='/request-']", (link) => link.getAttribute("href"));
  const cell = await page.$eval(".grid td a[href^='#execution-grid/']", (link) => link.getAttribute("href"));
  await page.click(`.grid td a[href="${cell}"]`);
  await page.waitForFunction(() => document.querySelector(":target")?.checkVisibility());
  await page.click(`#execution-grid li a[href="${lead}"]`);
  await page.waitForFunction((hash) => location.hash === hash, {}, lead);
  const [bars, words] = await page.$eval(":target", (row) => [
    [...row.querySelectorAll("svg rect")].filter((bar) => bar.getBoundingClientRect().width > 0).length,
    row.textContent,
  ]);
  assert.equal(bars, 1, words);
  assert.match(words, /POST \/runs/);
  await shoot(page, "timeline");
  await page.evaluate(() => document.querySelector("#execution-grid h3 ~ .scroll .timeline").scrollIntoView());
  await shoot(page, "runs");
  assert.deepEqual(await faultsOf(page), []);
  assert.deepEqual(troubles, []);
});

test("a case stands beside its control", async () => {
  const { page, troubles } = await open(browser, `${address}#abort-docs-503`);
  const rows = await page.$$eval("#abort-docs-503 .beside tr", (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  const of = (name) => rows.find(([head]) => head === name).slice(1);
  assert.deepEqual(of("Outcome"), ["non-conformant", "conformant"]);
  assert.deepEqual(of("Requests").length, 2);
  assert.match(of("ABT006").join(" | "), /^fails: .* \| does not apply$/);
  await page.evaluate(() => document.querySelector("#abort-docs-503 .beside").scrollIntoView());
  await shoot(page, "beside");
  assert.deepEqual(troubles, []);
});

test("what an agent writes stays text", async () => {
  const { page, troubles } = await open(browser, address);
  const [images, scripts, drawn, handlers, text] = await page.evaluate(() => [
    document.images.length,
    document.scripts.length,
    [...new Set([...document.querySelectorAll("svg *")].map((part) => part.tagName))].sort(),
    [...document.querySelectorAll("*")].filter((part) => part.getAttributeNames().some((name) => name.startsWith("on"))).length,
    document.body.textContent,
  ]);
  assert.deepEqual([images, scripts, handlers], [0, 1, 0]);
  assert.deepEqual(drawn, ["line", "rect"]);
  assert.ok(text.includes(HOSTILE), "the transcript is not shown");
  const timeline = await page.$eval("#execution-grid .timeline", (table) => table.textContent);
  assert.ok(timeline.includes(`run ${HOSTILE}`), timeline);
  assert.ok(timeline.includes("GET /<img src=x onerror=alert(3)>"), timeline);
  assert.deepEqual(troubles, []);
});

test("gates are told ahead of all else", async () => {
  const { page } = await open(browser, address);
  const rows = await page.$$eval(".said tbody tr", (all) => all.map((row) => row.cells[0].textContent + " " + row.cells[1].textContent));
  assert.deepEqual(rows, ["? open ABT006>=0.9", "? open LAY001>=0.5"]);
});

test("wide and narrow windows hold it, and so does paper", async () => {
  const { page, troubles } = await open(browser, address);
  for (const width of [1280, 400]) {
    await widened(page, width);
    assert.ok(await fits(page), `something is wider than ${width} pixels`);
    await shoot(page, `overview-${width}`);
    assert.deepEqual(await faultsOf(page), []);
  }
  await page.emulateMediaType("print");
  const styles = await page.$$eval(".grid, .scroll", (all) => all.map((part) => getComputedStyle(part).overflowX));
  assert.ok(styles.every((style) => style === "visible"), styles.join());
  assert.deepEqual(troubles, []);
});

test("cases are filtered by words and by outcome, and walked with keys", async () => {
  const { page, troubles } = await open(browser, address);
  await page.keyboard.press("/");
  await page.keyboard.type("grid");
  await page.waitForFunction(() => [...document.querySelectorAll("tr[data-case]")].filter((row) => row.checkVisibility()).length === 1);
  await page.$eval("#words", (input) => { input.value = ""; input.dispatchEvent(new Event("input", { bubbles: true })); input.blur(); });
  await page.waitForFunction((count) => [...document.querySelectorAll("tr[data-case]")].filter((row) => row.checkVisibility()).length === count, {}, CASES.length);
  await page.click('#filter input[value="conformant"]');
  await page.waitForFunction(() => [...document.querySelectorAll("tr[data-case]")].every((row) => row.checkVisibility() === (row.dataset.outcome !== "conformant")));
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForSelector("details[data-case][open]");
  assert.deepEqual(troubles, []);
});

test("without scripts everything is there", async () => {
  const { page, troubles } = await open(browser, address, { script: false });
  const text = await page.evaluate(() => document.body.textContent);
  for (const id of CASES) assert.ok(text.includes(id));
  await page.click('.grid td a[href="#abort-docs-503/ABT006"]');
  await page.waitForSelector("details[open] :target");
  assert.deepEqual(troubles, []);
});

test("three hundred plays open at once and stay readable", async (context) => {
  const many = join(folder, "many");
  for (let copy = 0; copy < 100; copy += 1) {
    for (const id of CASES) cpSync(join(folder, "out", id), join(many, `${id}-${copy}`), { recursive: true });
  }
  const file = join(folder, "many.html");
  run(["check", many, "--report", `html=${file}`], 1);
  const { size } = statSync(file);
  assert.ok(size < 10_000_000, `${size} bytes`);

  // What else the machine does takes time, too: the quickest of three is what the page takes.
  const openings = [];
  let page, troubles;
  for (let opened = 0; opened < 3; opened += 1) {
    await page?.close();
    ({ page, troubles } = await open(browser, "about:blank", { home: pathToFileURL(folder).href }));
    const start = performance.now();
    await page.goto(pathToFileURL(file).href);
    await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted))));
    openings.push(performance.now() - start);
    assert.deepEqual(troubles, []);
  }
  const told = openings.map((took) => took.toFixed(0)).join(", ");
  context.diagnostic(`300 plays: ${(size / 1e6).toFixed(1)} MB, opened and painted in ${told} ms`);
  assert.ok(Math.min(...openings) < 5_000, `${told} ms`);

  assert.equal(await page.$$eval("details[data-case]", (all) => all.length), 3 * 100);
  // Two in three have findings; what has none shares a column.
  assert.equal(await page.$$eval(".grid thead th", (all) => all.length), 1 + 2 * 100 + 1);
  for (const width of [1280, 400]) {
    await page.setViewport({ width, height: 900 });
    assert.ok(await fits(page), `something is wider than ${width} pixels`);
  }
  await page.setViewport({ width: 1280, height: 900 });
  await page.focus(".grid");
  for (let pressed = 0; pressed < 5; pressed += 1) await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector(".grid").scrollLeft > 0);
  // The rules stay in sight while it scrolls.
  await page.$eval(".grid", (grid) => { grid.scrollLeft = 3_000; });
  const [grid, rule] = await page.$eval(".grid", (own) => [own, own.querySelector("tbody th[scope=row]")].map((part) => part.getBoundingClientRect().left));
  assert.ok(Math.abs(rule - grid) <= 2, `${rule} is not at ${grid}`);
  await shoot(page, "many");
  assert.deepEqual(troubles, []);
});
