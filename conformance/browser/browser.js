// A page in the system's chromium: nothing may go wrong in it, and nothing may be loaded from elsewhere.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const PROGRAM = process.env.CHROMIUM || "/usr/bin/chromium";
/** Nothing that is waited for takes longer, in milliseconds. */
export const PATIENCE = 20_000;

export function launch() {
  return puppeteer.launch({ executablePath: PROGRAM, args: ["--no-sandbox", "--disable-gpu"], timeout: PATIENCE });
}

/** A page, with what went wrong in it and what it loaded from other places than `home`. */
export async function open(browser, address, { home = address, script = true } = {}) {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  const troubles = [];
  page.on("console", (message) => message.type() === "error" && troubles.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(home) && !url.startsWith("data:")) troubles.push(`request: ${url}`);
  });
  await page.setJavaScriptEnabled(script);
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(address);
  return { page, troubles };
}

/** What axe-core calls serious or worse, in both colour schemes. */
export async function faultsOf(page) {
  const found = [];
  // The page's own policy lets no other script in; what the debugger runs is not held to it.
  const axe = await readFile(AXE, "utf8");
  for (const scheme of ["light", "dark"]) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const { id, impact, nodes } of violations) {
      if (["serious", "critical"].includes(impact)) {
        found.push(`${scheme}: ${id} (${impact}): ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
      }
    }
  }
  return found;
}

/** Pictures in both colour schemes, where a folder for them is named. */
export async function shoot(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  for (const scheme of ["light", "dark"]) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.screenshot({ path: `${folder}/${name}-${scheme}.png` });
  }
}
