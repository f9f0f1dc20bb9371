// The dashboard of `wild-mock serve --control`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { faultsOf, launch, open, shoot } from "./browser.js";

let browser, mock, url, control;

before(async () => {
  mock = spawn(process.env.WILD_MOCK, ["serve", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"]);
  for await (const line of createInterface({ input: mock.stdout })) {
    const [, what, address] = line.match(/^(control|listening) on (\S+)$/);
    if (what === "control") control = address;
    else { url = address; break; }
  }
  browser = await launch();
});

after(async () => {
  await browser?.close();
  mock.kill();
});

const status = async (path) => (await fetch(url + path)).status;
const shows = (page, selector, text) =>
  page.waitForFunction((where, what) => document.querySelector(where).textContent.includes(what), {}, selector, text);

test("what happens is shown, and nothing of it becomes markup", async () => {
  const { page, troubles } = await open(browser, `${control}/`);
  await shows(page, "#stream", "live");
  const hostile = "<img src=x onerror=alert(1)>";
  await fetch(`${url}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: hostile, command: "sleep 1" }),
  });
  await fetch(`${url}/runs/${encodeURIComponent(hostile)}`);
  await shows(page, "#exchanges", hostile);
  await shows(page, "#run-rows", hostile);
  assert.equal(await page.$$eval("main img", (list) => list.length), 0);

  await page.type("#filter", "post");
  await page.waitForFunction(() => document.querySelectorAll("#exchanges tr").length === 1);
  await page.click("#exchanges button");
  await shows(page, "#detail-text", hostile);
  await shoot(page, "dashboard");
  assert.deepEqual(await faultsOf(page), []);
  assert.deepEqual(troubles, []);
});

test("faults are armed and disarmed, the clock is moved, and everything reset", async () => {
  const { page, troubles } = await open(browser, `${control}/`);
  await page.waitForFunction(() => document.querySelector("#fault").value.includes("503"));
  await page.click("#arm button");
  await shows(page, "#armed", "503");
  assert.equal(await status("/docs"), 503);
  await shows(page, "#exchanges", "503");
  await page.click("#armed button");
  await shows(page, "#armed", "none is armed");
  assert.equal(await status("/docs"), 200);

  const before = (await (await fetch(`${control}/clock`)).json()).now;
  await page.$eval("#seconds", (input) => { input.value = "3600"; });
  await page.click("#advance");
  await page.waitForFunction(async (then) => (await (await fetch("clock")).json()).now - then >= 3600, {}, before);

  await page.click("#reset");
  await page.waitForFunction(() => document.querySelectorAll("#exchanges tr").length === 0);
  await page.waitForFunction(() => document.querySelectorAll("#run-rows tr").length === 0);
  assert.deepEqual(troubles, []);
});

test("what is refused is said", async () => {
  const { page } = await open(browser, `${control}/`);
  await page.waitForFunction(() => document.querySelector("#fault").value.includes("503"));
  await page.click("#arm details summary");
  await page.$eval("#fault", (area) => { area.value = '{"action": "explode"}'; });
  await page.click("#arm button");
  await shows(page, "#message", "explode");
});
