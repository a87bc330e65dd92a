// Debian's Chromium, and a page that counts what must not happen: reports of the policy, requests to
// another origin, errors on the console.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axePath = require.resolve("axe-core/axe.min.js");

export function startBrowser() {
  return chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--lang=de-DE", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
  });
}

// It is another day there than in the town just now, so that a page that counts by the browser's day
// instead of the town's is found out.
export function zoneOfAnotherDay(now = new Date()) {
  const dayIn = (timeZone) => new Intl.DateTimeFormat("sv-SE", { timeZone }).format(now);
  return ["Pacific/Kiritimati", "Etc/GMT+12"].find((zone) => dayIn(zone) !== dayIn("Europe/Berlin"));
}

export async function newPage(browser, url, options) {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    locale: "de-DE",
    timezoneId: zoneOfAnotherDay(),
    viewport: { width: options.width, height: options.height ?? 900 },
    colorScheme: options.theme,
    reducedMotion: "reduce",
    hasTouch: options.width < 900,
    deviceScaleFactor: options.width < 900 ? 2 : 1,
  });
  const faults = [];
  const page = await context.newPage();
  // Kept on this side, so that leaving a document loses no report.
  await page.exposeFunction("tellViolation", (text) => faults.push(`policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      globalThis.tellViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  page.on("request", (request) => {
    const target = new URL(request.url());
    if (!["blob:", "data:"].includes(target.protocol) && target.origin !== url) {
      faults.push(`foreign request: ${request.url()}`);
    }
  });
  page.on("pageerror", (error) => faults.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    const isExpected = /status of 4\d\d/.test(message.text());
    if (message.type() === "error" && !isExpected) faults.push(`console: ${message.text()}`);
  });
  return { page, context, faults };
}

// Evaluating from outside is not bound by the page's policy.
export async function axeFindings(page) {
  await page.evaluate(await axeSource());
  const result = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ["violations"] }),
  );
  return linesOf(result.violations);
}

// In a window too low for anything, every part that can scroll does: each must be reached by keyboard,
// however much or little the demo puts into it.
export async function scrollFindings(page) {
  const size = page.viewportSize();
  await page.setViewportSize({ width: size.width, height: 280 });
  const rule = "scrollable-region-focusable";
  const found = await page.evaluate(
    async (only) => (await globalThis.axe.run(document, { runOnly: [only] })).violations,
    rule,
  );
  await page.setViewportSize(size);
  return linesOf(found);
}

// One line a finding: the rule and what it strikes.
const linesOf = (violations) =>
  violations.map(({ id, nodes }) => `axe ${id}: ${nodes.map((node) => node.target.join(" ")).join(" | ")}`);

let source = "";
async function axeSource() {
  if (source === "") source = await readFile(axePath, "utf8");
  return source;
}

export async function signIn(page, url, user) {
  await page.goto(url);
  await page.getByLabel("Benutzername").fill(user.name);
  await page.getByLabel("Passwort").fill(user.password);
  await page.getByRole("button", { name: "Anmelden" }).click();
  await page.getByRole("heading", { level: 1 }).filter({ hasText: /Guten/ }).waitFor();
}
