// An office file as it looks: opened right after it was filed, its pages come by themselves; pages and
// text by mouse and by keyboard; a hit begins with the text; made anew for the asking.
import assert from "node:assert/strict";
import { axeFindings } from "./browser.mjs";

const subject = "Löschwasserteich";
const letter =
  "{\\rtf1\\ansi\\ansicpg1252\\pard{\\b L\\'f6schwasserteich am Anger}\\par\\par " +
  "Die Gemeinde pachtet den Teich f\\'fcr zehn Jahre.\\par}";

async function fileLetter(page) {
  await page.keyboard.press("u");
  await page.getByLabel("Dateien wählen").setInputFiles({
    name: `${subject}.rtf`,
    mimeType: "application/rtf",
    buffer: Buffer.from(letter, "latin1"),
  });
  await page.getByRole("button", { name: "Ablegen" }).click();
  await page.getByText("1 Dokument abgelegt").waitFor();
}

const choice = (page) => page.getByRole("group", { name: "Ansicht" });
const look = (page, name) => choice(page).getByRole("button", { name, exact: true });

// The words stand in the page's text layer, over what is drawn.
const drawnPage = (page) => page.locator(".pdf-page").filter({ hasText: "Löschwasserteich am Anger" });

async function lookAtAll(page, shots) {
  for (const theme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: theme });
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await choice(page).waitFor();
      await page.screenshot({ path: `${shots}/looks-${width}-${theme}.png` });
      assert.deepEqual(await axeFindings(page), []);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1440, height: 900 });
}

export async function looks(page, url, demo, shots) {
  await page.goto(`${url}/dossiers/${demo.dossier}`);
  await page.getByRole("grid").waitFor();
  await fileLetter(page);
  await page.getByRole("link", { name: subject }).first().click();
  await drawnPage(page).waitFor({ timeout: 30_000 });
  assert.equal(await look(page, "Seiten").getAttribute("aria-pressed"), "true");
  await lookAtAll(page, shots);

  await look(page, "Seiten").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator(".sheet").filter({ hasText: "für zehn Jahre" }).waitFor();
  assert.equal(await drawnPage(page).count(), 0);
  assert.equal(await look(page, "Text").getAttribute("aria-pressed"), "true");

  const place = new URL(page.url());
  place.searchParams.set("q", "pachtet");
  await page.goto(place.href);
  await page.locator(".sheet mark").filter({ hasText: "pachtet" }).waitFor();
  await look(page, "Seiten").click();
  await drawnPage(page).waitFor();

  await page.getByRole("button", { name: "Seitenansicht neu erstellen" }).click();
  await drawnPage(page).waitFor({ timeout: 30_000 });
  const kinds = await page.evaluate(async (id) => {
    const response = await fetch(`/api/v1/audit?object=${id}`);
    return response.ok ? (await response.json()).items.map((each) => each.kind) : [];
  }, place.pathname.split("/").at(-1));
  assert.equal(kinds.filter((kind) => kind === "document.renditions_requested").length, 1);
}
