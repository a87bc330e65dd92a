// `npm run e2e`: the page in a real browser against a real server. Prints one line a check that failed
// and ends with "N passed, N failed, N skipped". Screenshots go to e2e/shots.
//
//   npm run e2e                      every screen in each theme at one of the widths, and the stories
//   npm run e2e -- --all             every screen in each theme at every width, and the stories
//   npm run e2e -- dossier search    every look of these screens alone
//   npm run e2e -- routing           the routing stories alone
//   npm run e2e -- erasing           a file is destroyed for good, alone
//   npm run e2e -- searching         the search's story alone
//   npm run e2e -- finding           what comes after the hits, alone
//   npm run e2e -- looks             an office file as pages and as text, alone
//   npm run e2e -- mail              what a mail carries, and its thread, alone
//   npm run e2e -- post              the inbox's stories alone
//   npm run e2e -- breaks            what breaks under an open page: line, disk, server
//   npm run e2e -- mail post         several stories, one after the other at the same server
//     --results FILE                 also writes a line "passed|failed|skipped<tab>name" for each check
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { axeFindings, newPage, scrollFindings, signIn, startBrowser } from "./browser.mjs";
import { erasure, erasurePeople } from "./erasure.mjs";
import { finding } from "./finding.mjs";
import { findDemo, screens } from "./screens.mjs";
import { inbox } from "./inbox.mjs";
import { inboxSearch } from "./inbox_search.mjs";
import { startLine } from "./line.mjs";
import { live } from "./live.mjs";
import { looks } from "./looks.mjs";
import { mail } from "./mail.mjs";
import { longList } from "./long_list.mjs";
import { brokenUpload } from "./resume.mjs";
import { restart } from "./restart.mjs";
import { routingByKeyboard } from "./routing_by_keyboard.mjs";
import { routingByMouse } from "./routing_by_mouse.mjs";
import { gather } from "./routing_people.mjs";
import { routingRuled } from "./routing_ruled.mjs";
import { startServer } from "./server.mjs";
import { searching } from "./searching.mjs";
import { sorting } from "./sorting.mjs";
import { storage } from "./storage.mjs";
import { story } from "./story.mjs";

const shots = fileURLToPath(new URL("shots", import.meta.url));
const themes = ["light", "dark"];
const widths = [
  { width: 1440, height: 900 },
  { width: 1093, height: 768 },
  { width: 390, height: 844 },
];
const { values: options, positionals: wanted } = parseArgs({
  options: { all: { type: "boolean" }, results: { type: "string" } },
  allowPositionals: true,
});
const counts = { passed: 0, failed: 0, skipped: 0 };

async function tell(result, name) {
  counts[result] += 1;
  if (options.results) await appendFile(options.results, `${result}\t${name}\n`);
}

const firstLines = (error) => error.message.split("\n").slice(0, 12).join("\n  ");

async function check(name, act) {
  try {
    await act();
    await tell("passed", name);
  } catch (error) {
    console.log(`FAILED ${name}\n  ${firstLines(error)}`);
    await tell("failed", name);
  }
}

// The screens to be seen in one look. Without --all each screen has one width a theme, and the
// widths take turns from screen to screen and from theme to theme.
function screensOf(themeIndex, widthIndex) {
  if (wanted.length > 0) return screens.filter((screen) => wanted.includes(screen.name));
  if (options.all) return screens;
  return screens.filter((_, index) => (index + themeIndex) % widths.length === widthIndex);
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
  const findings = [...(await axeFindings(page)), ...(await scrollFindings(page))];
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
  for (const screen of look.screens) {
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

async function checkSorting(browser, server, user, demo) {
  const { page, context, faults } = await newPage(browser, server.url, { width: 1440, theme: "light" });
  page.setDefaultTimeout(15_000);
  await check("sorting", async () => {
    await signIn(page, server.url, user);
    await sorting(page, server.url, demo, shots);
    throwFaults(faults);
  });
  await context.close();
}

async function checkSearching(browser, server, user) {
  const { page, context, faults } = await newPage(browser, server.url, { width: 1440, theme: "light" });
  page.setDefaultTimeout(15_000);
  await check("searching", async () => {
    await signIn(page, server.url, user);
    try {
      await searching(page, server.url, shots);
    } catch (error) {
      await page.screenshot({ path: `${shots}/searching-failed.png` });
      throw error;
    }
    throwFaults(faults);
  });
  await context.close();
}

async function checkFinding(browser, server, user, demo) {
  const { page, context, faults } = await newPage(browser, server.url, { width: 1440, theme: "light" });
  page.setDefaultTimeout(15_000);
  await check("finding", async () => {
    await signIn(page, server.url, user);
    try {
      await finding(page, server.url, demo, shots);
    } catch (error) {
      await page.screenshot({ path: `${shots}/finding-failed.png` });
      throw error;
    }
    throwFaults(faults);
  });
  await context.close();
}

async function checkLooks(browser, server, user, demo) {
  const { page, context, faults } = await newPage(browser, server.url, { width: 1440, theme: "light" });
  page.setDefaultTimeout(15_000);
  await check("looks", async () => {
    await signIn(page, server.url, user);
    try {
      await looks(page, server.url, demo, shots);
    } catch (error) {
      await page.screenshot({ path: `${shots}/looks-failed.png` });
      throw error;
    }
    throwFaults(faults);
  });
  await context.close();
}

async function checkMail(browser, server, user, demo) {
  const { page, context, faults } = await newPage(browser, server.url, { width: 1440, theme: "light" });
  page.setDefaultTimeout(15_000);
  await check("mail", async () => {
    await signIn(page, server.url, user);
    try {
      await mail(page, server.url, demo, shots);
    } catch (error) {
      await page.screenshot({ path: `${shots}/mail-failed.png` });
      throw error;
    }
    throwFaults(faults);
  });
  await context.close();
}

async function checkInbox(browser, server, user) {
  const { page, context, faults } = await newPage(browser, server.url, { width: 1440, theme: "light" });
  page.setDefaultTimeout(15_000);
  await check("post of a morning", async () => {
    await signIn(page, server.url, user);
    try {
      await inbox({ page, url: server.url, shots });
      await inboxSearch({ page, url: server.url, shots });
    } catch (error) {
      await page.screenshot({ path: `${shots}/post-failed.png` });
      throw error;
    }
    throwFaults(faults);
  });
  await context.close();
}

// Four people at once, each in a context of their own.
async function checkRouting(browser, server, _user, demo) {
  const stories = [
    ["routing by mouse", routingByMouse],
    ["routing by keyboard", routingByKeyboard],
    ["routing ruled", routingRuled],
  ];
  for (const [name, act] of stories) {
    let people = {};
    await check(name, async () => {
      people = await gather(browser, server);
      try {
        await act(people, server, demo);
      } catch (error) {
        for (const [role, { page }] of Object.entries(people)) {
          await page.screenshot({ path: `${shots}/${name.replaceAll(" ", "-")}-failed-${role}.png` });
        }
        throw error;
      }
      throwFaults(Object.values(people).flatMap(({ faults }) => faults));
    });
    for (const { context } of Object.values(people)) await context.close();
  }
}

// Three people at once.
async function checkErasure(browser, server, _user, demo) {
  let people = {};
  await check("erasure", async () => {
    people = await gather(browser, server, erasurePeople);
    try {
      await erasure(people, server, demo, shots);
    } catch (error) {
      for (const [role, { page }] of Object.entries(people)) {
        await page.screenshot({ path: `${shots}/erasure-failed-${role}.png` });
      }
      throw error;
    }
    throwFaults(Object.values(people).flatMap(({ faults }) => faults));
  });
  for (const { context } of Object.values(people)) await context.close();
}

// Two people, each in a browser of their own.
async function checkLive(browser, server, _user, demo) {
  const look = { width: 1440, theme: "light" };
  const [reader, writer] = [await newPage(browser, server.url, look), await newPage(browser, server.url, look)];
  await check("live", async () => {
    for (const [place, name] of [
      [reader, "k.amrein"],
      [writer, "h.brandt"],
    ]) {
      place.page.setDefaultTimeout(15_000);
      await signIn(place.page, server.url, server.users.find((each) => each.name === name));
    }
    await live({ reader: reader.page, writer: writer.page, url: server.url, demo });
    throwFaults([...reader.faults, ...writer.faults]);
  });
  await reader.context.close();
  await writer.context.close();
}

// One check in a page of its own, at `url`; broken connections and a server that cannot store are what it
// is about.
async function checkBreak(name, browser, url, user, act) {
  const { page, context, faults } = await newPage(browser, url, { width: 1440, theme: "light" });
  page.setDefaultTimeout(15_000);
  await check(name, async () => {
    await signIn(page, url, user);
    await act(page);
    // A stream that breaks off is one that was cut.
    const isExpected = (fault) => /net::ERR_(CONNECTION|INCOMPLETE_CHUNKED)|status of 503/.test(fault);
    throwFaults(faults.filter((fault) => !isExpected(fault)));
  });
  await context.close();
}

async function checkBreaks(browser, server, user, demo) {
  const line = await startLine(Number(new URL(server.url).port));
  await checkBreak("broken upload", browser, line.url, user, (page) =>
    brokenUpload({ page, line, demo }),
  );
  await line.stop();
  await checkBreak("failing disk", browser, server.url, user, (page) =>
    storage({ page, server, demo, shots }),
  );
  await checkBreak("restart", browser, server.url, user, (page) => restart({ page, server, demo }));
}

// What the screens are searched for, where no look of them is wanted.
async function demoOf(browser, server, user) {
  const { page, context } = await newPage(browser, server.url, { width: 1440, theme: "light" });
  await signIn(page, server.url, user);
  const demo = await findDemo(page);
  await context.close();
  return demo;
}

// By the names that are asked for, in the order of a whole run.
const stories = {
  story: checkStory,
  sorting: checkSorting,
  searching: checkSearching,
  finding: checkFinding,
  looks: checkLooks,
  mail: checkMail,
  post: checkInbox,
  routing: checkRouting,
  erasing: checkErasure,
  live: checkLive,
  breaks: checkBreaks,
};

async function checkStories(names, browser, server, user, demo) {
  for (const [name, act] of Object.entries(stories)) {
    if (names.includes(name)) await act(browser, server, user, demo);
  }
}

async function checkAll(browser, server) {
  const user = server.users.find((each) => each.role === "clerk");
  if (wanted.length > 0 && wanted.every((name) => name in stories)) {
    await checkStories(wanted, browser, server, user, await demoOf(browser, server, user));
    return;
  }
  await checkHarness(browser, server);
  let demo;
  for (const [themeIndex, theme] of themes.entries()) {
    for (const [widthIndex, size] of widths.entries()) {
      const look = { ...size, theme, screens: screensOf(themeIndex, widthIndex) };
      demo = await checkLook(browser, server, user, look);
    }
  }
  if (wanted.length > 0) return;
  await checkStories(Object.keys(stories), browser, server, user, demo);
}

// A browser that does not start here (absent, or not allowed) is a skip with its reason.
async function startBrowserOrSkip() {
  try {
    return await startBrowser();
  } catch (error) {
    console.log(`Chromium does not start:\n  ${firstLines(error)}`);
    await tell("skipped", "every screen and story (Chromium does not start)");
    return undefined;
  }
}

await mkdir(shots, { recursive: true });
if (options.results) await writeFile(options.results, "");
const browser = await startBrowserOrSkip();
if (browser) {
  const server = await startServer();
  try {
    await checkAll(browser, server);
  } finally {
    await browser.close();
    await server.stop();
  }
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 && counts.passed + counts.skipped > 0 ? 0 : 1;
