// A file is destroyed for good: one record manager proposes, is not let release it herself, a second one
// releases, and what is left is that it happened. A colleague without the right sees nothing of it all.
import assert from "node:assert/strict";
import { lookAt } from "./erasure_looks.mjs";
import { fileLetter, toast } from "./routing_people.mjs";

export const erasurePeople = { first: "h.brandt", second: "b.oezdemir", other: "k.amrein" };

const title = "Veranstaltungsplanung Dorffest am Bach";
const letter = "Anfrage zur Zeltgröße beim Dorffest";
const reason = "Aufbewahrungsfrist abgelaufen, Bewertung: vernichten.";
const patienceMs = 90_000;

// Asks the server as the page does; the status and the answer.
async function api(page, method, path, json, revision) {
  return page.evaluate(
    async ([how, where, body, etag]) => {
      const { csrf_token } = await (await fetch("/api/v1/session")).json();
      const headers = { "X-CSRF-Token": csrf_token };
      if (body) headers["Content-Type"] = "application/json";
      if (etag) headers["If-Match"] = `"${etag}"`;
      const options = { method: how, headers };
      if (body) options.body = JSON.stringify(body);
      const answer = await fetch(`/api/v1${where}`, options);
      return { status: answer.status, json: await answer.json().catch(() => undefined) };
    },
    [method, path, json, revision],
  );
}

async function openFile(page) {
  const plan = await api(page, "GET", "/file-plan");
  const unit = plan.json.units.find(({ code }) => code === "660.1");
  const opened = await api(page, "POST", "/dossiers", { unit_id: unit.id, title });
  assert.equal(opened.status, 201);
  const document = await fileLetter(page, opened.json.id, letter);
  return { dossier: opened.json.id, document };
}

const dialogOf = (page, name) => page.getByRole("dialog", { name });
const menu = (page) => page.getByRole("button", { name: "Weitere Aktionen" });
const item = (page) => page.getByRole("button", { name: "Zur Vernichtung vorschlagen …" });
const heading = (page, text) => page.getByRole("heading", { level: 1 }).filter({ hasText: text });

// By keyboard alone: the menu, its item, Escape, and the focus is where it was.
async function seeItRefused(page, url, dossier) {
  await page.goto(`${url}/dossiers/${dossier}`);
  await heading(page, title).waitFor();
  await menu(page).focus();
  await page.keyboard.press("Enter");
  await item(page).waitFor();
  await page.keyboard.press("Enter");
  const dialog = dialogOf(page, "Zur Vernichtung vorschlagen");
  await dialog.getByText("Die Akte ist nicht geschlossen.").waitFor();
  assert.equal(await dialog.getByRole("button", { name: "Vorschlagen" }).count(), 0);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await menu(page).and(page.locator(":focus")).waitFor();
}

async function propose(page, url, dossier) {
  const { json } = await api(page, "GET", `/dossiers/${dossier}`);
  assert.equal((await api(page, "POST", `/dossiers/${dossier}/close`, undefined, json.revision)).status, 200);
  await page.goto(`${url}/dossiers/${dossier}`);
  await menu(page).click();
  await item(page).click();
  const dialog = dialogOf(page, "Zur Vernichtung vorschlagen");
  await dialog.getByText(title).waitFor();
  await dialog.getByText(/1 Akte · 1 Dokument · 1 Version/).waitFor();
  await dialog.getByText(/lässt sich nicht rückgängig machen/).waitFor();
  await dialog.getByRole("button", { name: "Vorschlagen" }).click();
  await dialog.getByText("Bitte einen Grund angeben.").waitFor();
  await dialog.getByLabel("Grund").fill(reason);
  await page.keyboard.press("Tab");
  await dialog.getByRole("button", { name: "Vorschlagen" }).click();
  await toast(page, "Zur Vernichtung vorgeschlagen");
}

// Neither the page nor the server lets her.
async function ownRelease(page) {
  await page.getByRole("button", { name: /Konto von/ }).click();
  await page.getByRole("button", { name: "Vernichtungen" }).click();
  const row = page.getByRole("row").filter({ hasText: title });
  await row.getByText("Wartet auf Freigabe").waitFor();
  await row.getByRole("link").click();
  await page.getByText(/Sie haben diese Vernichtung vorgeschlagen/).waitFor();
  assert.equal(await page.getByRole("button", { name: "Freigeben …" }).count(), 0);
  const id = page.url().split("/").at(-1);
  const own = await api(page, "POST", `/erasures/${id}/release`, undefined, 1);
  assert.equal(own.status, 403);
  assert.match(own.json.detail, /zweite Person/);
  return id;
}

async function nothingForTheOther(page, url, { dossier, id }) {
  await page.goto(`${url}/dossiers/${dossier}`);
  await heading(page, title).waitFor();
  await page.getByRole("row").filter({ hasText: letter }).waitFor();
  assert.equal(await menu(page).count(), 0);
  await page.goto(`${url}/erasures/${id}`);
  await heading(page, "Diese Seite gibt es nicht").waitFor();
  await page.goto(`${url}/erasures`);
  await page.getByText("Keine Vernichtung", { exact: true }).waitFor();
}

async function release(page, shots) {
  await page.getByRole("row").filter({ hasText: title }).getByRole("link").click();
  await page.getByText(reason).waitFor();
  await page.getByRole("button", { name: "Freigeben …" }).click();
  const dialog = dialogOf(page, "Vernichtung freigeben");
  const named = () => dialog.getByText(title).waitFor();
  await named();
  await dialog.getByText(/1 Akte · 1 Dokument · 1 Version/).waitFor();
  await lookAt(page, "erasure-release", named, shots);
  await dialog.getByRole("button", { name: "Endgültig vernichten" }).click();
  await dialog.getByText("Bitte bestätigen Sie, dass Sie es geprüft haben.").waitFor();
  await dialog.getByLabel(/Ich habe geprüft/).check();
  await dialog.getByRole("button", { name: "Endgültig vernichten" }).click();
  await toast(page, "Freigegeben. Die Vernichtung beginnt.");
}

// Both see it end without doing anything; the bytes are told then.
async function seeItDone({ first, second }, shots) {
  for (const { page } of [second, first]) {
    await page.getByRole("status").getByText("Vernichtet", { exact: true }).waitFor({ timeout: patienceMs });
  }
  const { page } = second;
  const freed = page.locator(".facts div").filter({ hasText: "Speicherplatz frei geworden" });
  const seen = async () => assert.match(await freed.innerText(), /\d+ (Byte|KB|MB)/);
  await seen();
  assert.equal(await page.getByText(title).count(), 0, "its title is gone, too");
  await lookAt(page, "erasure-done", seen, shots);
  await page.getByRole("link", { name: "Zu den Vernichtungen" }).click();
  const row = page.getByRole("row").filter({ hasText: "Vernichtete Akte 660.1-" });
  const listed = () => row.getByText("Vernichtet", { exact: true }).waitFor();
  await listed();
  await lookAt(page, "erasures-done", listed, shots);
}

// The old addresses lead nowhere, and the device forgets what it was called.
async function isAbsent(page, url, { dossier, document }) {
  await page.goto(url);
  await page.getByRole("heading", { name: "Zuletzt geöffnet" }).waitFor();
  assert.equal(await page.getByText(title).count() > 0, true, "it was opened here");
  for (const path of [`/documents/${document}`, `/dossiers/${dossier}`]) {
    await page.goto(url + path);
    await heading(page, "Diese Seite gibt es nicht").waitFor();
  }
  await page.goto(url);
  await page.getByRole("heading", { name: "Zuletzt geöffnet" }).waitFor();
  assert.equal(await page.getByText(title).count(), 0);
}

// A document out of an open file; its proposer thinks better of it.
async function withdraw({ first, second }, url, demo) {
  const subject = "Falsch abgelegter Brief";
  const id = await fileLetter(first.page, demo.dossier, subject);
  await second.page.goto(`${url}/erasures`);
  await first.page.goto(`${url}/documents/${id}`);
  await menu(first.page).click();
  await item(first.page).click();
  const dialog = dialogOf(first.page, "Zur Vernichtung vorschlagen");
  await dialog.getByLabel("Grund").fill("falsch abgelegt");
  await dialog.getByRole("button", { name: "Vorschlagen" }).click();
  await toast(first.page, "Zur Vernichtung vorgeschlagen");
  const row = second.page.getByRole("row").filter({ hasText: subject });
  await row.getByText("Wartet auf Freigabe").waitFor();
  await row.getByRole("link").click();
  await second.page.getByRole("button", { name: "Zurückziehen …" }).click();
  await dialogOf(second.page, "Vernichtung zurückziehen").getByRole("button", { name: "Zurückziehen" }).click();
  await second.page.getByRole("status").getByText("Zurückgezogen", { exact: true }).waitFor();
  assert.equal((await api(first.page, "GET", `/documents/${id}`)).status, 200);
}

export async function erasure({ first, second, other }, server, demo, shots) {
  const { url } = server;
  const made = await openFile(first.page);
  await seeItRefused(first.page, url, made.dossier);
  await second.page.goto(`${url}/erasures`);
  await propose(first.page, url, made.dossier);
  const id = await ownRelease(first.page);
  await nothingForTheOther(other.page, url, { ...made, id });
  await release(second.page, shots);
  await seeItDone({ first, second }, shots);
  await isAbsent(first.page, url, made);
  await withdraw({ first, second }, url, demo);
}
