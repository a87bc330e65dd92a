// `npm run scrolling`: how evenly the list of a dossier with 10,000 documents scrolls, by gestures as a
// touch screen or a wheel makes them, with the processor as it is and slowed down four times. Needs a quiet
// machine; prints the times between frames in ms, and how many of the drawn rows were not there yet.
import { findDemo } from "./screens.mjs";
import { newPage, signIn, startBrowser } from "./browser.mjs";
import { answerPages } from "./long_list.mjs";
import { startServer } from "./server.mjs";

const distance = 12_000; // px: 333 rows, past several pages of answers
const speeds = [1500, 6000]; // px/s: reading over it, and flinging

// In the page: the times of its frames, and the rows that are still bars at each.
function watch() {
  const frames = [];
  let rows = 0;
  let bars = 0;
  let last = performance.now();
  let goes = true;
  const frame = (now) => {
    frames.push(now - last);
    last = now;
    rows += document.querySelectorAll(".grid-row.body").length;
    bars += document.querySelectorAll(".grid-row.body:has(.bar)").length;
    if (goes) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  globalThis.stopWatching = () => {
    goes = false;
    return { frames, rows, bars };
  };
}

async function scroll(page, session, speed) {
  const grid = page.getByRole("grid");
  await grid.evaluate((element) => element.scrollTo(0, 0));
  await page.waitForTimeout(500);
  const box = await grid.boundingBox();
  await page.evaluate(watch);
  await session.send("Input.synthesizeScrollGesture", {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    yDistance: -distance,
    speed,
    gestureSourceType: "mouse",
  });
  const seen = await page.evaluate(() => globalThis.stopWatching());
  const top = await grid.evaluate((element) => element.scrollTop);
  return { ...seen, top };
}

function print(name, { frames, rows, bars, top }) {
  const sorted = frames.slice(2).toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.floor(sorted.length * share)]?.toFixed(1);
  const long = sorted.filter((each) => each > 50).length;
  console.log(
    `${name}: ${sorted.length} frames to ${Math.round(top)} px, median ${at(0.5)} ms, p95 ${at(0.95)}, ` +
      `longest ${sorted.at(-1)?.toFixed(1)}, over 50 ms: ${long}; rows not there yet ${((100 * bars) / rows).toFixed(1)} %`,
  );
}

const server = await startServer();
const browser = await startBrowser();
try {
  const { page, context } = await newPage(browser, server.url, { width: 1440, theme: "light" });
  await signIn(page, server.url, server.users.find((each) => each.role === "clerk"));
  const demo = await findDemo(page);
  await answerPages(page, demo.dossier);
  await page.goto(`${server.url}/dossiers/${demo.dossier}`);
  await page.getByRole("grid").getByText("Schreiben Nr. 1", { exact: true }).waitFor();
  const session = await context.newCDPSession(page);
  for (const slowDown of [1, 4]) {
    await session.send("Emulation.setCPUThrottlingRate", { rate: slowDown });
    for (const speed of speeds) {
      print(`slowed down ${slowDown}x, ${speed} px/s`, await scroll(page, session, speed));
    }
  }
} finally {
  await browser.close();
  await server.stop();
}
