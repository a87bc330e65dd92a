// The search as a clerk uses it: what is suggested while she types, taken by the keys; a typing error
// put right by one click; hits narrowed by their counts and widened again, all of it in the address;
// from a place in the filing plan into what lies below it, and up from there.
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

const top = "6 Bau- und Wohnungswesen, Verkehr";
const inner = "62 Bauleitplanung und Bauordnung";
const unitChip = (page, name) => page.getByRole("button", { name: `Aktenplan: ${name}`, exact: true });
const unitChoice = (page, name) => page.locator(".unit-choices").getByRole("button", { name, exact: true });
const unitIn = (page) => new URL(page.url()).searchParams.get("unit");

// How many are found, once it is another number than `before`.
async function hitCount(page, before) {
  const head = page.locator("[role=grid] [role=columnheader]");
  for (let round = 0; round < 100; round += 1) {
    const count = Number.parseInt(await head.textContent(), 10);
    if (count !== before) return count;
    await page.waitForTimeout(100);
  }
  throw new Error(`still ${before} hits`);
}

// By the keys alone: from the tree into the field, from the field to what is found below the unit.
async function searchBelow(page, url) {
  await page.goto(`${url}/files`);
  await page.getByRole("treeitem").filter({ hasText: top.slice(2), visible: true }).first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("searchbox", { name: "Unter dieser Stelle suchen" }).waitFor();
  const unit = new URL(page.url()).pathname.split("/").at(-1);
  await page.keyboard.press("/");
  await page.keyboard.type("Musterbach");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?/);
  await hits(page).first().waitFor();
  await unitChip(page, top).waitFor();
  assert.equal(unitIn(page), unit);
  assert.equal(new URL(page.url()).searchParams.get("q"), "Musterbach");
  for (const note of await page.locator(".hit .meta").allTextContents()) assert.match(note, /^6/);
  const places = page.getByRole("group", { name: "Aktenplan" }).locator(".facet-name");
  assert.ok((await places.count()) > 0);
  for (const place of await places.allTextContents()) assert.match(place, /^6\d/);
  const found = await hitCount(page);
  await page.reload();
  await unitChip(page, top).waitFor();
  assert.equal(await hitCount(page), found, "the address keeps the place");
  return found;
}

async function goUpAndDown(page, found) {
  await unitChip(page, top).click();
  await unitChoice(page, "Ganzer Aktenplan").click();
  const all = await hitCount(page, found);
  assert.ok(all > found, `${all} in the whole plan, ${found} below ${top}`);
  assert.equal(unitIn(page), null);
  await unitChoice(page, top).click();
  assert.equal(await hitCount(page, all), found);
  await unitChoice(page, inner).click();
  const below = await hitCount(page, found);
  assert.ok(below > 0 && below < found, `${below} below ${inner}`);
  await page.keyboard.press("Escape");
  await unitChoice(page, inner).waitFor({ state: "detached" });
  assert.ok(await unitChip(page, inner).evaluate((chip) => chip === document.activeElement));
}

// What is kept keeps the place and says it.
async function keepThePlace(page, url) {
  const name = `Musterbach in ${inner}`;
  const unit = unitIn(page);
  await page.getByRole("button", { name: "Suche merken" }).click();
  const field = page.getByRole("textbox", { name: "Name" });
  assert.equal(await field.inputValue(), name);
  await field.fill("Neues vom Bau");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Gemerkt als „Neues vom Bau“" }).waitFor();
  await page.goto(`${url}/search`);
  const card = page.locator(".saved-searches .card").filter({ hasText: "Neues vom Bau" });
  await card.filter({ hasText: `in ${inner} · ` }).click();
  await unitChip(page, inner).waitFor();
  assert.equal(unitIn(page), unit);
  await page.getByRole("button", { name: "Gemerkt als „Neues vom Bau“" }).click();
  await page.locator(".menu").getByRole("button", { name: "Nicht mehr merken" }).click();
  await page.getByRole("button", { name: "Suche merken" }).waitFor();
  await page.getByRole("button", { name: "Aktenplan: Entfernen" }).click();
  await page.waitForURL((next) => !next.searchParams.get("unit"));
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
  await goUpAndDown(page, await searchBelow(page, url));
  await keepThePlace(page, url);
  await beingRebuilt(page, url, shots);
}
