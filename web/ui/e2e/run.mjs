// `npm run e2e`: the whole page in a real browser against a real server. Prints one line a check and
// ends with "N passed, N failed". Screenshots go to e2e/shots.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { axeFindings, newPage, signIn, startBrowser } from "./browser.mjs";
import { findDemo, screens } from "./screens.mjs";
import { longList } from "./long_list.mjs";
import { startServer } from "./server.mjs";
import { story } from "./story.mjs";

const shots = fileURLToPath(new URL("shots", import.meta.url));
const themes = ["light", "dark"];
const widths = [
  { width: 1440, height: 900 },
  { width: 1093, height: 768 },
  { width: 390, height: 844 },
];
// `npm run e2e dossier search`: only screens of these names, and no story.
const wanted = process.argv.slice(2);
const chosen = screens.filter((screen) => wanted.length === 0 || wanted.includes(screen.name));
let passed = 0;
let failed = 0;

async function check(name, act) {
  try {
    await act();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}\n  ${error.message.split("\n").slice(0, 12).join("\n  ")}`);
  }
}

function throwFaults(faults) {
  if (faults.length === 0) return;
  throw new Error(faults.splice(0).join("\n"));
}

async function checkScreen(page, faults, screen, place) {
  await page.goto(`${place.url}${screen.path(place.demo)}`);
  await screen.act?.(page);
  await screen.seen(page);
  const name = `${screen.name}-${place.width}-${place.theme}`;
  await page.screenshot({ path: `${shots}/${name}.png` });
  const findings = await axeFindings(page);
  if (findings.length > 0) throw new Error(findings.join("\n"));
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (overflow > 0) throw new Error(`the page is ${overflow} px wider than the window`);
  throwFaults(faults);
}

async function checkLook(browser, server, user, look) {
  const { page, context, faults } = await newPage(browser, server.url, look);
  page.setDefaultTimeout(15_000);
  const label = `${look.width} ${look.theme}`;
  await check(`sign-in ${label}`, async () => {
    await page.goto(server.url);
    await page.getByRole("heading", { name: "Anmelden" }).waitFor();
    await page.screenshot({ path: `${shots}/sign-in-${look.width}-${look.theme}.png` });
    const findings = await axeFindings(page);
    if (findings.length > 0) throw new Error(findings.join("\n"));
    await signIn(page, server.url, user);
    throwFaults(faults);
  });
  const demo = await findDemo(page);
  for (const screen of chosen) {
    await check(`${screen.name} ${label}`, () =>
      checkScreen(page, faults, screen, { ...look, url: server.url, demo }),
    );
  }
  await context.close();
  return demo;
}

// The counters count: faults planted in the page are all reported.
async function checkHarness(browser, server) {
  const { page, context, faults } = await newPage(browser, server.url, { width: 1440, theme: "light" });
  await check("harness", async () => {
    await page.goto(server.url);
    await page.getByRole("heading", { name: "Anmelden" }).waitFor();
    await page.evaluate(() => {
      document.body.insertAdjacentHTML("beforeend", '<button style="color:red"></button>');
      fetch("https://elsewhere.invalid/").catch(() => undefined);
      setTimeout(() => {
        throw new Error("planted");
      });
    });
    await page.waitForTimeout(500);
    const findings = await axeFindings(page);
    const missing = ["policy: style-src", "policy: connect-src", "page error: planted"].filter(
      (wanted) => !faults.some((fault) => fault.startsWith(wanted)),
    );
    if (!findings.some((finding) => finding.startsWith("axe button-name"))) missing.push("axe");
    if (missing.length > 0) throw new Error(`planted and not seen: ${missing.join(", ")}`);
  });
  await context.close();
}

async function checkStory(browser, server, user, demo) {
  const { page, context, faults } = await newPage(browser, server.url, { width: 1440, theme: "light" });
  page.setDefaultTimeout(15_000);
  await check("long list", async () => {
    await signIn(page, server.url, user);
    await longList(page, server.url, demo);
    throwFaults(faults);
  });
  await check("story", async () => {
    try {
      await story({ page, context, url: server.url, demo, user });
    } catch (error) {
      await page.screenshot({ path: `${shots}/story-failed.png` });
      throw error;
    }
    throwFaults(faults);
  });
  await context.close();
}

await mkdir(shots, { recursive: true });
const server = await startServer();
const browser = await startBrowser();
try {
  await checkHarness(browser, server);
  const user = server.users.find((each) => each.role === "clerk");
  let demo;
  for (const theme of themes) {
    for (const size of widths) demo = await checkLook(browser, server, user, { ...size, theme });
  }
  if (wanted.length === 0) await checkStory(browser, server, user, demo);
} finally {
  await browser.close();
  await server.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
