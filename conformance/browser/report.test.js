// The page of a run, `report.html`, of an agent that does what it can to get its own markup into it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { faultsOf, launch, open, shoot } from "./browser.js";

const HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>";
const CASES = ["abort-docs-503", "planning-healthy", "execution-grid"];

let browser, folder, address;

function play() {
  const program = process.env.WILD_CONFORMANCE;
  const agent = join(folder, "agent.sh");
  writeFileSync(agent, `"${program}" agent --break ABT006\necho '${HOSTILE}'\n`);
  const cases = CASES.flatMap((id) => ["--case", id]);
  const options = ["--out", join(folder, "out"), "--allow-read", program];
  const ran = spawnSync(program, ["run", ...cases, ...options, "--", "sh", agent], { encoding: "utf8" });
  assert.equal(ran.status, 1, ran.stderr + ran.stdout);
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

test("what an agent writes stays text", async () => {
  const { page, troubles } = await open(browser, address);
  const [images, scripts, text] = await page.evaluate(() => [
    document.images.length,
    document.scripts.length,
    document.body.textContent,
  ]);
  assert.deepEqual([images, scripts], [0, 1]);
  assert.ok(text.includes(HOSTILE), "the transcript is not shown");
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
  assert.deepEqual(troubles, []);
});
