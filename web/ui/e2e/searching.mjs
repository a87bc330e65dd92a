// The search as a clerk uses it: what is suggested while she types, taken by the keys; a typing error
// put right by one click; hits narrowed by their counts and widened again, all of it in the address.
// What she may not see is suggested to nobody else either.
import assert from "node:assert/strict";
import { lookAt } from "./erasure_looks.mjs";

const field = (page) => page.getByRole("combobox", { name: "Suchbegriffe" });
const option = (page, text) => page.getByRole("option").filter({ hasText: text });
const hits = (page) => page.locator(".hit-title");

async function takeSuggestion(page) {
  await page.keyboard.press("g");
  await page.keyboard.press("f");
  await field(page).waitFor();
  await field(page).pressSequentially("wider");
  await option(page, "Widerspruch").first().waitFor();
  assert.equal(await field(page).getAttribute("aria-expanded"), "true");
  await page.keyboard.press("Escape");
  await page.getByRole("listbox").waitFor({ state: "detached" });
  assert.match(page.url(), /\/search/, "Escape closes the list and not the screen");
  await page.keyboard.press("ArrowDown");
  await option(page, "Widerspruch").first().waitFor();
  await page.keyboard.press("ArrowDown");
  const active = await field(page).getAttribute("aria-activedescendant");
  assert.ok(active, "the field names its current suggestion");
  const text = await page.locator(`[id="${active}"] .palette-text`).textContent();
  await page.keyboard.press("Enter");
  await hits(page).first().waitFor();
  assert.equal(await field(page).inputValue(), text);
  assert.equal(new URL(page.url()).searchParams.get("q"), text);
}

async function correct(page, url) {
  await page.goto(`${url}/search?q=Widersprcuh`);
  const meant = page.locator(".did-you-mean a");
  await meant.filter({ hasText: "Widerspruch" }).waitFor();
  await meant.click();
  await hits(page).first().waitFor();
  assert.equal(new URL(page.url()).searchParams.get("q"), "Widerspruch");
  await page.locator(".did-you-mean").waitFor({ state: "detached" });
}

const rowsOf = (page) => page.evaluate(() => document.querySelector("[role=grid]")?.getAttribute("aria-rowcount"));

// What a facet says is what choosing it shows.
async function narrowByCounts(page, url) {
  await page.goto(`${url}/search?sort=newest`);
  const values = page.locator(".facet").first().getByRole("listitem");
  await values.first().waitFor();
  const before = await values.count();
  assert.ok(before > 1, "several types among the demo's documents");
  const count = Number(await values.first().locator(".facet-count").textContent());
  await values.first().getByRole("checkbox").check();
  await page.waitForURL(/type=/);
  await page.waitForFunction(
    (expected) => document.querySelector("[role=grid] [role=columnheader]")?.textContent.startsWith(`${expected} `),
    count,
  );
  assert.equal(await values.count(), before, "other types can still be chosen");
  await values.first().getByRole("checkbox").uncheck();
  await page.waitForURL((next) => !next.searchParams.get("type"));
  return rowsOf(page);
}

// What the server says while a lost index is built anew.
async function beingRebuilt(page, url, shots) {
  const pattern = "**/api/v1/search?*";
  await page.route(pattern, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), rebuilt_percent: 42 } });
  });
  await page.goto(`${url}/search?q=Widerspruch`);
  const notice = page.getByRole("status").filter({ hasText: "neu aufgebaut (42 %)" });
  await notice.waitFor();
  await lookAt(page, "search-rebuilding", () => notice.waitFor(), shots);
  await page.unroute(pattern);
  await page.goto(`${url}/search?q=Widerspruch`);
  await hits(page).first().waitFor();
  assert.equal(await notice.count(), 0);
}

export async function searching(page, url, shots) {
  await takeSuggestion(page);
  await correct(page, url);
  await narrowByCounts(page, url);
  await beingRebuilt(page, url, shots);
}
