// A dossier's documents by column: in the order of a German dictionary, turned round by a second
// choice, kept in the address. By mouse, by keyboard, and on a narrow screen by the menu.
import assert from "node:assert/strict";
import { axeFindings } from "./browser.mjs";

const ordered = [
  "Abwasser",
  "Äcker am Bach",
  "Bachlauf",
  "Plan 2",
  "Plan 10",
  "Strasse",
  "Straße",
  "Strassen",
  "Überfahrt",
  "Zufahrt",
];

async function fileAll(page) {
  const mixed = ordered.toSorted((a, b) => (a.length - b.length) || (a < b ? 1 : -1));
  assert.notDeepEqual(mixed, ordered);
  await page.keyboard.press("u");
  await page.getByLabel("Dateien wählen").setInputFiles(
    mixed.map((subject) => ({
      name: `${subject}.txt`,
      mimeType: "text/plain",
      buffer: Buffer.from(`Zu ${subject}`),
    })),
  );
  await page.getByRole("button", { name: `${ordered.length} Dokumente ablegen` }).click();
  await page.getByText(`${ordered.length} Dokumente abgelegt`).waitFor();
}

// The subjects of ours, from top to bottom.
const shown = (page) =>
  page.getByRole("grid").evaluate((grid, ours) => {
    const rows = [...grid.querySelectorAll(".grid-row.body")];
    const place = (row) => Number(row.getAttribute("aria-rowindex"));
    return rows
      .toSorted((a, b) => place(a) - place(b))
      .map((row) => row.querySelector(".cell-subject a")?.textContent ?? "")
      .filter((subject) => ours.includes(subject));
  }, ordered);

async function awaitOrder(page, expected) {
  for (let tries = 0; tries < 50; tries += 1) {
    if (JSON.stringify(await shown(page)) === JSON.stringify(expected)) return;
    await page.waitForTimeout(100);
  }
  assert.deepEqual(await shown(page), expected);
}

// As many of them as the window has room for.
async function awaitBeginning(page) {
  let there = [];
  for (let tries = 0; tries < 50; tries += 1) {
    there = await shown(page);
    const expected = ordered.slice(0, there.length);
    if (there.length > 0 && JSON.stringify(there) === JSON.stringify(expected)) return;
    await page.waitForTimeout(100);
  }
  assert.deepEqual(there, ordered.slice(0, there.length));
}

const head = (page, label) => page.getByRole("columnheader", { name: label });

async function byColumnHeads(page) {
  const button = head(page, "Betreff").getByRole("button");
  await button.click();
  await awaitOrder(page, ordered);
  assert.equal(await head(page, "Betreff").getAttribute("aria-sort"), "ascending");
  assert.ok(
    await button.evaluate((element) => element === document.activeElement),
    "the focus stays where it was clicked",
  );
  await page.reload();
  await page.getByRole("grid").waitFor();
  await awaitOrder(page, ordered);
  await button.focus();
  await page.keyboard.press("Enter");
  await awaitOrder(page, ordered.toReversed());
  assert.equal(await head(page, "Betreff").getAttribute("aria-sort"), "descending");
  assert.ok(page.url().endsWith("?sort=-subject"));
}

// What is shown beside the list stays there, and its row stays marked, wherever it stands now.
async function keepsThePreview(page) {
  const grid = page.getByRole("grid");
  await grid.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press(" ");
  const marked = grid.locator('.grid-row.body[aria-selected="true"]');
  await marked.waitFor();
  const subject = await marked.locator(".cell-subject").textContent();
  const place = await marked.getAttribute("aria-rowindex");
  await head(page, "Betreff").getByRole("button").focus();
  await page.keyboard.press(" ");
  await awaitOrder(page, ordered);
  assert.equal(await marked.locator(".cell-subject").textContent(), subject);
  assert.notEqual(await marked.getAttribute("aria-rowindex"), place);
  await page.keyboard.press("Escape");
  await marked.waitFor({ state: "detached" });
}

// What has no column of its own takes the place of the date.
async function byMenu(page, shots) {
  await page.getByLabel("Reihenfolge").selectOption("Zuletzt geändert zuerst");
  await head(page, "Geändert").waitFor();
  assert.equal(await head(page, "Geändert").getAttribute("aria-sort"), "descending");
  await page.getByLabel("Reihenfolge").selectOption("Zeichen, A bis Z");
  await head(page, "Zeichen").waitFor();
  const references = page.locator(".grid-row.body .cell-correspondence");
  assert.equal(await references.first().textContent(), "41-632.21/1184", "theirs, where ours is none");
  assert.equal(await references.last().textContent(), "", "what has none comes last");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByLabel("Reihenfolge").selectOption("Betreff, A bis Z");
  await awaitBeginning(page);
  await page.screenshot({ path: `${shots}/sorting-390.png` });
  assert.deepEqual(await axeFindings(page), []);
}

export async function sorting(page, url, demo, shots) {
  await page.setViewportSize({ width: 1440, height: 2000 });
  await page.goto(`${url}/dossiers/${demo.dossier}`);
  await page.getByRole("grid").waitFor();
  await fileAll(page);
  await byColumnHeads(page);
  await page.screenshot({ path: `${shots}/sorting-1440.png` });
  assert.deepEqual(await axeFindings(page), []);
  await keepsThePreview(page);
  await byMenu(page, shots);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${url}/dossiers/${demo.dossier}`);
}
