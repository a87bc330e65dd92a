// The post of a morning by keyboard alone: file and next, undo, another file, hand on, take in.
import assert from "node:assert/strict";
import { inboxSubject } from "./inbox_screens.mjs";

const yourReference = "„Ihr Zeichen“ im Schreiben stimmt überein";
export const heading = (page) => page.locator(".task-document-head h2");
const waiting = async (page) =>
  Number(await page.locator(".side nav a[href='/inbox'] .nav-count").innerText().then((text) => text.match(/\d+/)?.[0] ?? 0));

async function untilWaiting(page, count) {
  await page.waitForFunction((wanted) => {
    const shown = document.querySelector(".side nav a[href='/inbox'] .nav-count")?.textContent;
    return shown?.startsWith(String(wanted));
  }, count);
}

async function openInbox(page) {
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await page.getByRole("heading", { name: "Posteingang", level: 1 }).waitFor();
  await heading(page).getByText(inboxSubject).waitFor();
  await page.getByText(yourReference).waitFor();
}

// A good letter costs one key; the next one is there, told, and the focus is with the work.
async function fileAndUndo(page) {
  const before = await waiting(page);
  await page.keyboard.press("Control+Enter");
  await page.getByText(/Abgelegt in 460\.3-/).waitFor();
  await heading(page).getByText("Öffnungszeiten Sonnenblume: zwei weitere Familien").waitFor();
  await page.getByText(/Nächster Eingang: Öffnungszeiten Sonnenblume/).waitFor({ state: "attached" });
  await untilWaiting(page, before - 1);
  await page.waitForFunction(() => document.activeElement?.closest(".inbox-pane, .inbox-list"));
  await page.keyboard.press("Control+z");
  await heading(page).getByText(inboxSubject).waitFor();
  await page.getByText(yourReference).waitFor();
  await untilWaiting(page, before);
  await page.keyboard.press("Control+Enter");
  await heading(page).getByText("Öffnungszeiten Sonnenblume: zwei weitere Familien").waitFor();
}

// Another dossier than the proposed ones, for the item that is shown.
export async function chooseDossier(page) {
  await page.locator(".inbox-list").focus();
  await page.keyboard.press("a");
  const field = page.getByRole("combobox", { name: "Akte" });
  await field.fill("Vereinszuschuss");
  await page.locator(".choice-list").getByText(/Musikverein Harmonie/).waitFor();
  await page.keyboard.press("Enter");
  assert.match(await field.inputValue(), /300\.1-/);
  await page.locator(".choice-list").waitFor({ state: "hidden" });
}

async function fileElsewhere(page) {
  const before = await waiting(page);
  await page.locator(".inbox-row").getByText("Hallenbelegung").click();
  await heading(page).getByText("Hallenbelegung").waitFor();
  await chooseDossier(page);
  await page.keyboard.press("Control+Enter");
  await page.getByText(/Abgelegt in 300\.1-/).waitFor();
  await untilWaiting(page, before - 1);
  await heading(page).getByText("Hallenbelegung").waitFor({ state: "hidden" });
  await page.waitForFunction(() => document.activeElement?.closest(".inbox-pane, .inbox-list"));
}

// A key says what to do with the row that is shown as the current one.
const current = (page, at) => page.locator(`.inbox-row >> nth=${at}`).and(page.locator("[aria-current]")).waitFor();

// Two at once to a colleague, with a note.
async function handOn(page) {
  const before = await waiting(page);
  await page.locator(".inbox-list").focus();
  await page.keyboard.press("Home");
  await current(page, 0);
  await page.keyboard.press("x");
  await page.getByText("1 ausgewählt").waitFor();
  await page.keyboard.press("ArrowDown");
  await current(page, 1);
  await page.keyboard.press("x");
  await page.getByText("2 ausgewählt").waitFor();
  await page.locator(".inbox-marks").getByRole("button", { name: "Weiterleiten" }).click();
  await page.getByRole("combobox", { name: "An" }).fill("Thilo");
  await page.getByRole("option", { name: /Thilo Wiegand/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByLabel(/Notiz/).last().fill("Bitte übernehmen");
  await page.getByRole("dialog").getByRole("button", { name: "Weiterleiten" }).click();
  await page.getByText("2 Eingänge an Thilo Wiegand weitergeleitet").waitFor();
  await untilWaiting(page, before - 2);
  await page.getByRole("tab", { name: /Verteilt/ }).click();
  await page.locator(".inbox-row").getByText("Thilo Wiegand").first().waitFor();
}

async function takeIn(page) {
  await page.getByRole("tab", { name: /Hauptamt/ }).click();
  const transfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "Anfrage_Archiv.txt", { type: "text/plain" }));
    return data;
  }, letter);
  for (const type of ["dragenter", "dragover", "drop"]) {
    await page.dispatchEvent(".tasks-screen", type, { dataTransfer: transfer });
  }
  await page.getByText("1 Eingang aufgenommen").waitFor();
  await page.locator(".inbox-row").getByText("Anfrage Archiv").waitFor();
}

const letter = [
  "Landratsamt Musterkreis · Kreisplatz 1 · 12345 Musterstadt",
  "Ihr Zeichen: nichts",
  "Unser Zeichen: 51/4711-26",
  "",
  "Sehr geehrte Damen und Herren,",
  "bitte antworten Sie bis zum 15. Dezember.",
].join("\n");

// What the letter says stands in the form, says where it is from, and is shown there.
async function readsTheLetter(page, shots) {
  await page.locator(".inbox-row").getByText("Anfrage Archiv").click();
  const field = page.getByLabel("Fremdes Zeichen");
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".inbox-pane input")].some(({ value }) => value === "51/4711-26"),
  );
  assert.equal(await page.getByLabel("Absender").inputValue(), "Landratsamt Musterkreis");
  assert.match(await page.getByLabel("Frist", { exact: true }).inputValue(), /-12-15$/);
  await field.focus();
  assert.equal(await field.evaluate((each) => document.getElementById(each.getAttribute("aria-describedby")).textContent), "aus dem Schreiben, Seite 1");
  const mark = page.locator(".sheet mark");
  await mark.waitFor();
  assert.equal(await mark.textContent(), "51/4711-26");
  await page.screenshot({ path: `${shots}/inbox-letter-1440.png` });
  await page.getByLabel("Frist", { exact: true }).focus();
  await mark.getByText("15. Dezember").waitFor();
  await page.getByLabel("Absender").focus();
  await mark.getByText("Landratsamt Musterkreis").waitFor();
}

export async function inbox({ page, url, shots }) {
  await page.goto(url);
  await page.getByRole("navigation").first().waitFor();
  await page.locator("main").focus();
  await openInbox(page);
  await fileAndUndo(page);
  await fileElsewhere(page);
  await handOn(page);
  await takeIn(page);
  await readsTheLetter(page, shots);
}
