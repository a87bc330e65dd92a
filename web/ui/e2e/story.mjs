// One piece of work from end to end, by mouse and by keyboard, against the real server.
import assert from "node:assert/strict";
import { dossierTitle } from "./screens.mjs";

const subject = "Nachreichung Statik Mühlweg 4";

async function dropFile(page, name, text) {
  const transfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content], fileName, { type: "text/plain" }));
      return data;
    },
    [name, text],
  );
  for (const type of ["dragenter", "dragover", "drop"]) {
    await page.dispatchEvent(".drop-zone", type, { dataTransfer: transfer });
  }
}

// Drops a letter into the dossier and sees it in the list.
async function fileLetter(page, url, demo) {
  await page.goto(`${url}/dossiers/${demo.dossier}`);
  await page.getByRole("heading", { name: dossierTitle }).waitFor();
  await page.getByRole("grid").waitFor();
  await dropFile(page, "nachreichung_statik.txt", "Die Statik der Pergola liegt bei.");
  const field = page.getByLabel("Betreff für nachreichung_statik.txt");
  assert.equal(await field.inputValue(), "nachreichung statik");
  await field.fill(subject);
  await page.getByRole("button", { name: "Ablegen", exact: true }).click();
  await page.getByRole("grid").getByText(subject).waitFor();
  await page.getByText("1 Dokument abgelegt").waitFor();
}

// Space shows the current row beside the list, Escape takes it away.
async function previewBySpace(page) {
  await page.keyboard.press("j");
  await page.keyboard.press(" ");
  const preview = page.getByRole("region", { name: "Vorschau" });
  await preview.getByRole("heading", { name: subject }).waitFor();
  await page.keyboard.press("Escape");
  await preview.waitFor({ state: "detached" });
}

// "/" goes to the dossier's own search; its hits are marked, and the list comes back without it.
async function filterDossier(page) {
  await page.keyboard.press("/");
  await page.keyboard.type("Dachneigung");
  await page.locator(".hit mark").first().waitFor();
  assert.equal(await page.getByRole("grid").getByText(subject).count(), 0);
  await page.getByLabel("In dieser Akte suchen").last().fill("");
  await page.getByRole("grid").getByText(subject).waitFor();
  await page.locator("main").focus();
}

// Opens it by keyboard alone: into the list, Enter, back by Escape.
async function openByKeyboard(page) {
  await page.keyboard.press("j");
  const grid = page.getByRole("grid");
  await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "grid");
  const active = await grid.getAttribute("aria-activedescendant");
  assert.ok(active, "the grid names its current row");
  await grid.press("Enter");
  await page.getByRole("heading", { level: 1 }).filter({ hasText: subject }).waitFor();
}

async function addVersion(page) {
  await page.getByRole("button", { name: "Weitere Aktionen" }).click();
  await page.getByRole("button", { name: "Neue Version" }).click();
  await page
    .getByLabel("Datei wählen")
    .setInputFiles({ name: "statik2.txt", mimeType: "text/plain", buffer: Buffer.from("Fassung zwei") });
  await page.getByLabel("Was ist neu?").fill("Lastannahmen ergänzt");
  await page.getByRole("button", { name: "Ablegen", exact: true }).click();
  await page.getByText("Version 2 abgelegt").waitFor();
  await page.getByRole("tab", { name: "Versionen" }).click();
  await page.getByText("Lastannahmen ergänzt").waitFor();
}

// The session ends while someone types: they sign in again and nothing is lost.
async function typeOverSessionEnd(page, context, user) {
  await page.getByRole("tab", { name: "Angaben" }).click();
  await page.getByRole("button", { name: "Angaben bearbeiten" }).click();
  await page.getByLabel("Absender").fill("Ingenieurbüro Haller");
  await context.clearCookies();
  // The page may notice it by itself, with a question of its own; then saving waits.
  const saving = page.getByRole("button", { name: "Speichern" }).click();
  await page.getByRole("heading", { name: "Ihre Sitzung ist abgelaufen" }).waitFor();
  assert.equal(await page.getByLabel("Benutzername").inputValue(), user.name);
  assert.equal(await page.getByLabel("Absender").inputValue(), "Ingenieurbüro Haller");
  await page.getByLabel("Passwort").fill(user.password);
  await page.keyboard.press("Enter");
  await saving;
  await page.getByText("Angaben gespeichert").waitFor();
  await page.locator(".facts").getByText("Ingenieurbüro Haller").waitFor();
}

// Two people change the same document: the second is told, and keeps what was typed.
async function changeMeanwhile(page) {
  await page.getByRole("button", { name: "Angaben bearbeiten" }).click();
  await page.getByLabel("Absender").fill("Büro Haller");
  const status = await page.evaluate(async () => {
    const path = `/api/v1${location.pathname}`;
    const document = await (await fetch(path)).json();
    const session = await (await fetch("/api/v1/session")).json();
    const answer = await fetch(path, {
      method: "PATCH",
      headers: {
        "Content-Type": "application/json",
        "If-Match": `"${document.revision}"`,
        "X-CSRF-Token": session.csrf_token,
      },
      body: JSON.stringify({ foreign_reference: "H-77" }),
    });
    return answer.status;
  });
  assert.equal(status, 200);
  await page.getByRole("button", { name: "Speichern" }).click();
  await page.getByText(/Jemand hat diesen Stand inzwischen geändert/).waitFor();
  assert.equal(await page.getByLabel("Absender").inputValue(), "Büro Haller");
  await page.reload();
  await page.locator(".facts").getByText("H-77").waitFor();
}

async function binAndUndo(page) {
  await page.getByRole("button", { name: "Weitere Aktionen" }).click();
  await page.getByRole("button", { name: "In den Papierkorb" }).click();
  await page.getByRole("heading", { name: dossierTitle }).waitFor();
  await page.getByText("Dokument liegt im Papierkorb").waitFor();
  assert.equal(await page.getByRole("grid").getByText(subject).count(), 0);
  await page.keyboard.press("Control+z");
  await page.getByRole("heading", { level: 1 }).filter({ hasText: subject }).waitFor();
  await page.getByText("Dokument liegt wieder in der Akte").waitFor();
}

// The new letter is found by a word of its text, from the palette, by keyboard alone.
async function findByPalette(page, url) {
  await page.goto(url);
  await page.getByRole("heading", { level: 1 }).filter({ hasText: /Guten/ }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Suchen oder Befehl eingeben" }).fill("Statik");
  await page.getByRole("option").filter({ hasText: subject }).first().waitFor();
  await page.keyboard.press("Alt+Enter");
  await page.locator(".hit-title").filter({ hasText: subject }).waitFor();
}

async function walkTree(page, url) {
  await page.goto(`${url}/files`);
  const first = page.locator(".side [role=treeitem]").first();
  await first.focus();
  await page.keyboard.type("wirtsch");
  await page.waitForFunction(() =>
    document.activeElement?.textContent?.toLowerCase().includes("wirtsch"),
  );
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  const level = await page.evaluate(() => document.activeElement?.getAttribute("aria-level"));
  assert.equal(level, "2");
}

export async function story({ page, context, url, demo, user }) {
  await fileLetter(page, url, demo);
  await previewBySpace(page);
  await filterDossier(page);
  await openByKeyboard(page);
  await addVersion(page);
  await typeOverSessionEnd(page, context, user);
  await changeMeanwhile(page);
  await binAndUndo(page);
  await findByPalette(page, url);
  await walkTree(page, url);
}
