// What rules a routing beside its decisions: sending by a template, assigning a step anew, withdrawing it under
// an open task, taking it over from somebody who left; and entering an absence.
import assert from "node:assert/strict";
import { button, choosePerson, fileLetter, gather, openTask, pane, toast } from "./routing_people.mjs";

const withdrawn = "Umlauf, der zurückgezogen wird";
const orphaned = "Umlauf, dessen Absender geht";

async function sendByTemplate(page, url, id, who) {
  await page.goto(`${url}/documents/${id}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("tab", { name: "Laufzettel" }).click();
  await page.getByText("Dieses Dokument war noch nicht im Geschäftsgang.").waitFor();
  await page.getByRole("tabpanel").getByRole("button", { name: "In den Geschäftsgang geben" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Laufweg").selectOption({ label: "Unterschrift" });
  await choosePerson(dialog.getByLabel("Mitzeichnung: Wer"), page, who);
  await dialog.getByRole("button", { name: "In den Geschäftsgang geben" }).click();
  await page.getByRole("list", { name: "Schritte" }).getByText(who).waitFor();
}

// The step goes to the mayor herself; while she reads, the whole is withdrawn, and she is told.
async function reassignAndWithdraw({ sender, mayor }, url, demo) {
  const id = await fileLetter(sender.page, demo.dossier, withdrawn);
  const { page } = sender;
  await sendByTemplate(page, url, id, "Detlef Ruoff");
  await page.getByRole("button", { name: "Neu zuweisen" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Neu zuweisen" }).click();
  await dialog.getByText("Bitte wählen Sie jemanden aus der Liste.").waitFor();
  await choosePerson(dialog.getByLabel("Neu zuweisen an"), page, "Berna Özdemir");
  await dialog.getByRole("button", { name: "Neu zuweisen" }).click();
  await toast(page, "Neu zugewiesen");
  await openTask(mayor.page, url, withdrawn);
  await pane(mayor.page).getByLabel("Bemerkung").fill("Schon gelesen");
  await page.getByRole("button", { name: "Zurückziehen" }).click();
  await dialog.getByLabel("Bemerkung").fill("Hat sich erledigt.");
  await dialog.getByRole("button", { name: "Zurückziehen" }).click();
  await page.locator("summary").filter({ hasText: "Zurückgezogen" }).waitFor();
  await button(mayor.page, /^Mitzeichnen/).click();
  const notice = pane(mayor.page).getByRole("alert");
  await notice.getByText(/Marit Lindqvist: zurückgezogen, heute .*Hat sich erledigt\./).waitFor();
  await notice.getByText(/Schon gelesen/).waitFor();
}

async function deactivate(page, name) {
  const status = await page.evaluate(async (wanted) => {
    const { csrf_token } = await (await fetch("/api/v1/session")).json();
    const { items } = await (await fetch("/api/v1/users?limit=200")).json();
    const user = items.find((each) => each.name === wanted);
    const answer = await fetch(`/api/v1/users/${user.id}`, {
      method: "PATCH",
      headers: {
        "Content-Type": "application/json",
        "X-CSRF-Token": csrf_token,
        "If-Match": `"${user.revision}"`,
      },
      body: JSON.stringify({ active: false }),
    });
    return answer.status;
  }, name);
  assert.equal(status, 200);
}

// Who sent it left the house: whoever may edit the document takes it over and rules it from then on.
async function takeOver({ clerk, leaver, administrator }, url, demo) {
  const id = await fileLetter(leaver.page, demo.dossier, orphaned);
  await sendByTemplate(leaver.page, url, id, "Marit Lindqvist");
  const { page } = clerk;
  await page.goto(`${url}/documents/${id}`);
  await page.getByRole("tab", { name: "Laufzettel" }).click();
  await page.getByRole("list", { name: "Schritte" }).getByText("Marit Lindqvist").waitFor();
  assert.equal(await page.getByRole("button", { name: "Geschäftsgang übernehmen" }).count(), 0);
  await deactivate(administrator.page, "t.wiegand");
  await page.reload();
  await page.getByRole("tab", { name: "Laufzettel" }).click();
  await page.getByText(/Thilo Wiegand ist nicht mehr im Haus/).waitFor();
  await page.getByRole("button", { name: "Geschäftsgang übernehmen" }).click();
  await toast(page, "Geschäftsgang übernommen");
  await page.getByRole("button", { name: "Zurückziehen" }).waitFor();
}

async function enterAbsence(page, url) {
  await page.goto(url);
  await page.getByRole("heading", { level: 1 }).filter({ hasText: /Guten/ }).waitFor();
  await page.getByRole("button", { name: /Konto von/ }).click();
  await page.getByRole("button", { name: "Vertretung" }).click();
  await page.getByRole("heading", { name: "Vertretung", level: 1 }).waitFor();
  const form = page.getByRole("region", { name: "Abwesenheit eintragen" });
  await form.getByRole("button", { name: "Eintragen" }).click();
  await form.getByText("Bitte wählen Sie, wer Sie vertritt.").waitFor();
  await choosePerson(form.getByLabel("Vertretung durch"), page, "Jonas Keller");
  const first = await form.getByLabel("Erster Tag").inputValue();
  await form.getByLabel("Letzter Tag").fill("2020-01-01");
  await form.getByText("Der letzte Tag liegt vor dem ersten.").waitFor();
  await form.getByLabel("Letzter Tag").fill(first);
  await form.getByRole("button", { name: "Eintragen" }).click();
  await page.getByText("Jonas Keller vertritt mich").waitFor();
  // It runs today, so the foot of the side says so.
  await page.locator(".substitution-box").getByText(/durch Jonas Keller bis/).waitFor();
  await page.getByRole("button", { name: "Vertretung durch Jonas Keller entfernen" }).click();
  await page.getByText("Keine Abwesenheit eingetragen.").waitFor();
  await page.keyboard.press("Control+z");
  await page.getByText("Jonas Keller vertritt mich").waitFor();
}

export async function routingRuled(people, server, demo) {
  const more = { leaver: "t.wiegand", administrator: "administrator" };
  const others = await gather(people.sender.context.browser(), server, more);
  await reassignAndWithdraw(people, server.url, demo);
  await takeOver({ ...people, ...others }, server.url, demo);
  await enterAbsence(people.sender.page, server.url);
  for (const { context } of Object.values(others)) await context.close();
}
