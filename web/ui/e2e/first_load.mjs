// `npm run first-load`: how long the signed-in start page takes until it can be used, with the processor
// slowed down four times. Interactive is when filing plan and newest documents stand there and the last
// long task is over. Needs a quiet machine; prints every run and the medians, in ms.
import { newPage, signIn, startBrowser } from "./browser.mjs";
import { startServer } from "./server.mjs";

const slowDown = 4;
const runs = 7;

// In the page: remembers when what is waited for first stood there, and when long tasks ended.
function watch() {
  globalThis.firstLoad = { shown: 0, lastLongTask: 0 };
  const seen = new MutationObserver(() => {
    const isThere = ["[role=treeitem]", ".line"].every((each) => document.querySelector(each));
    if (!isThere) return;
    globalThis.firstLoad.shown = performance.now();
    seen.disconnect();
  });
  seen.observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) {
      globalThis.firstLoad.lastLongTask = task.startTime + task.duration;
    }
  }).observe({ type: "longtask", buffered: true });
}

async function load(page, url) {
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(() => globalThis.firstLoad.shown > 0);
  await page.waitForTimeout(500);
  const { shown, lastLongTask, painted } = await page.evaluate(() => ({
    ...globalThis.firstLoad,
    painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
  }));
  return { painted, shown, interactive: Math.max(shown, lastLongTask) };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function measure(page, url, name) {
  const results = [];
  for (let run = 0; run < runs; run += 1) results.push(await load(page, url));
  for (const key of Object.keys(results[0])) {
    const values = results.map((result) => Math.round(result[key]));
    console.log(`${name} ${key}: ${median(values)} (${values.join(", ")})`);
  }
}

const server = await startServer();
const browser = await startBrowser();
try {
  const { page, context } = await newPage(browser, server.url, { width: 1440, theme: "light" });
  await signIn(page, server.url, server.users.find((each) => each.role === "clerk"));
  await page.addInitScript(watch);
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slowDown });
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  await measure(page, server.url, "cold");
  await session.send("Network.setCacheDisabled", { cacheDisabled: false });
  await measure(page, server.url, "warm");
} finally {
  await browser.close();
  await server.stop();
}
