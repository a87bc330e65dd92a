// A document goes round, seen by four people at once: the head of the building office sends it, two co-sign
// side by side, one of them as deputy, the mayor returns it once and signs. By mouse.
import assert from "node:assert/strict";
import { button, choosePerson, fileLetter, openTask, pane, row, toast } from "./routing_people.mjs";

const byMouse = "Umlauf mit der Maus, Mühlweg 4";

async function sendByMouse(page, url, id) {
  await page.goto(`${url}/documents/${id}`);
  await page.getByRole("heading", { level: 1 }).filter({ hasText: byMouse }).waitFor();
  await page.getByRole("button", { name: "Weitere Aktionen" }).click();
  await page.getByRole("button", { name: "In den Geschäftsgang geben" }).click();
  const dialog = page.getByRole("dialog");
  const step = (n) => dialog.getByRole("group", { name: `Schritt ${n}` });
  const add = dialog.getByRole("button", { name: "Schritt hinzufügen" });
  await choosePerson(step(1).getByLabel("Wer"), page, "Jonas Keller");
  // Without a person at each step nothing is sent, and the field says so.
  await add.click();
  await dialog.getByRole("button", { name: "In den Geschäftsgang geben" }).click();
  await step(2).getByText("Bitte wählen Sie jemanden aus der Liste.").waitFor();
  await choosePerson(step(2).getByLabel("Wer"), page, "Rosa Stadler");
  await step(2).getByLabel("Zugleich mit dem Schritt davor").check();
  await add.click();
  await step(3).getByLabel("Verfügung").selectOption({ label: "Schlusszeichnung" });
  await choosePerson(step(3).getByLabel("Wer"), page, "Berna Özdemir");
  await dialog.getByRole("button", { name: "In den Geschäftsgang geben" }).click();
  await page.getByText("2 nebeneinander").waitFor();
  await page.getByRole("list", { name: "Schritte" }).getByText("Rosa Stadler").waitFor();
}

// Two tabs show the same task; the first decides, the second is told, and what was typed still shows.
async function decideInTwoTabs(opened, url) {
  const { page, context } = opened;
  await openTask(page, url, byMouse);
  await pane(page).getByText("Sie handeln i. V. für Rosa Stadler.").waitFor();
  const second = await context.newPage();
  second.setDefaultTimeout(15_000);
  await second.goto(page.url());
  await pane(second).getByLabel("Bemerkung").fill("Aus dem zweiten Fenster");
  await button(page, /^Mitzeichnen/).click();
  await toast(page, `Gezeichnet: ${byMouse}`);
  await button(second, /^Mitzeichnen/).click();
  const notice = pane(second).getByRole("alert");
  await notice.getByText("Diese Aufgabe ist schon entschieden").waitFor();
  await notice.getByText(/Aus dem zweiten Fenster/).waitFor();
  await notice.getByRole("button", { name: "Zur nächsten Aufgabe" }).click();
  await row(second, byMouse).waitFor({ state: "detached" });
  await second.close();
}

// Asking somebody leaves the task open; the answer stands at the step.
async function consult({ clerk, deputy }, url) {
  await openTask(clerk.page, url, byMouse);
  await button(clerk.page, "Rücksprache").click();
  await choosePerson(pane(clerk.page).getByLabel("Wen fragen Sie?"), clerk.page, "Hilde Brandt");
  await pane(clerk.page).getByRole("textbox", { name: "Frage" }).fill("Ist der Ausschuss beteiligt worden?");
  await button(clerk.page, /^Frage stellen/).click();
  await pane(clerk.page).getByText("noch ohne Antwort").waitFor();
  await openTask(deputy.page, url, /Rücksprache[\s\S]*Umlauf mit der Maus/);
  await button(deputy.page, /^Antworten/).click();
  await pane(deputy.page).getByText("Bitte schreiben Sie etwas dazu.").waitFor();
  await pane(deputy.page).getByRole("textbox", { name: "Antwort" }).fill("Ja, in der letzten Sitzung.");
  await button(deputy.page, /^Antworten/).click();
  await toast(deputy.page, `Beantwortet: ${byMouse}`);
  await openTask(clerk.page, url, byMouse);
  await pane(clerk.page).getByText("Ja, in der letzten Sitzung.").waitFor();
}

async function returnByMouse(page, url) {
  await openTask(page, url, byMouse);
  await button(page, /^Zurückgeben/).click();
  await button(page, /^Zurückgeben/).click();
  await pane(page).getByText("Bitte schreiben Sie etwas dazu.").waitFor();
  await pane(page).getByLabel("Zurück an").selectOption({ label: "Jonas Keller (Mitzeichnung)" });
  await pane(page).getByLabel("Was ist zu ändern?").fill("Bitte das Aktenzeichen ergänzen.");
  await button(page, /^Zurückgeben/).click();
  await toast(page, `Zurückgegeben: ${byMouse}`);
  await row(page, byMouse).waitFor({ state: "detached" });
}

async function signByMouse(page, url, word) {
  await openTask(page, url, byMouse);
  await button(page, word).click();
  await toast(page, `Gezeichnet: ${byMouse}`);
  await row(page, byMouse).waitFor({ state: "detached" });
}

async function addVersion(page, url, id) {
  await page.goto(`${url}/documents/${id}`);
  await page.getByRole("button", { name: "Weitere Aktionen" }).click();
  await page.getByRole("button", { name: "Neue Version" }).click();
  await page
    .getByLabel("Datei wählen")
    .setInputFiles({ name: "schreiben2.txt", mimeType: "text/plain", buffer: Buffer.from("zweite Fassung") });
  await page.getByRole("button", { name: "Ablegen", exact: true }).click();
  await page.getByText("Version 2 abgelegt").waitFor();
  // Its text is made meanwhile; who looks before that is told so.
  await page.waitForFunction(async (document) => {
    const response = await fetch(`/api/v1/documents/${document}`);
    return response.ok && (await response.json()).text_state !== "pending";
  }, id);
}

// A version comes while the mayor reads the one before: she is told, and signs the one she then sees.
async function signNewerVersion({ mayor, sender }, url, id) {
  const { page } = mayor;
  await openTask(page, url, byMouse);
  await pane(page).getByText("Gezeichnet wird Version 1.").waitFor();
  await pane(page).getByLabel("Bemerkung").fill("Gelesen und gebilligt");
  await addVersion(sender.page, url, id);
  await button(page, /^Schlusszeichnen/).click();
  await pane(page).getByText("Es gibt eine neuere Version").waitFor();
  await button(page, "Version 2 ansehen").click();
  await pane(page).getByText("Gezeichnet wird Version 2.").waitFor();
  assert.equal(await pane(page).getByLabel("Bemerkung").inputValue(), "Gelesen und gebilligt");
  await page.locator(".sheet").getByText("zweite Fassung").waitFor();
  await button(page, /^Schlusszeichnen/).click();
  await toast(page, `Gezeichnet: ${byMouse}`);
}

// The slip tells the whole way to everybody who may read the document.
async function readSlip(page, url, id) {
  await page.goto(`${url}/documents/${id}`);
  await page.getByRole("tab", { name: "Laufzettel" }).click();
  const slip = page.getByRole("region", { name: "Laufzettel" });
  await slip.locator("summary").filter({ hasText: "Abgeschlossen" }).waitFor();
  const chain = slip.getByRole("list", { name: "Schritte" });
  const step = (name) => chain.locator(".step").filter({ has: page.locator(".step-head").getByText(name) });
  await step("Hilde Brandt").getByText("handelte für Rosa Stadler").waitFor();
  await step("Hilde Brandt").getByText("gilt für Version 1").waitFor();
  await step("Jonas Keller").getByText("gilt für Version 1").waitFor();
  await step("Berna Özdemir").getByText("Gelesen und gebilligt").waitFor();
  assert.match(await step("Berna Özdemir").innerText(), /gezeichnet[\s\S]*Version 2/);
  await slip.getByText("Alle Vermerke").click();
  await slip.getByText("Bitte das Aktenzeichen ergänzen.").first().waitFor();
}

export async function routingByMouse(people, { url }, demo) {
  const { sender, clerk, deputy, mayor } = people;
  const id = await fileLetter(sender.page, demo.dossier, byMouse);
  await sendByMouse(sender.page, url, id);
  await consult(people, url);
  await signByMouse(clerk.page, url, /^Mitzeichnen/);
  await decideInTwoTabs(deputy, url);
  await returnByMouse(mayor.page, url);
  await signByMouse(clerk.page, url, /^Mitzeichnen/);
  await signNewerVersion(people, url, id);
  for (const { page } of [sender, clerk, deputy, mayor]) await readSlip(page, url, id);
}
