// Two people at the same dossier: what one files shows in the other's open list without reloading,
// while her focus and what she is typing stay. Then the same for a form that is being filled in.
import assert from "node:assert/strict";

const subject = "Nachricht von nebenan";

async function fileBy(page) {
  await page.keyboard.press("u");
  await page
    .getByLabel("Dateien wählen")
    .setInputFiles({ name: "nachricht.txt", mimeType: "text/plain", buffer: Buffer.from("Hallo") });
  await page.getByLabel("Betreff für nachricht.txt").fill(subject);
  await page.keyboard.press("Enter");
  await page.getByText("1 Dokument abgelegt").waitFor();
}

async function listShows({ reader, writer, url, demo }) {
  for (const page of [reader, writer]) {
    await page.goto(`${url}/dossiers/${demo.dossier}`);
    await page.getByRole("grid").waitFor();
  }
  const loads = [];
  reader.on("load", () => loads.push(reader.url()));
  const grid = reader.getByRole("grid");
  const before = Number(await grid.getAttribute("aria-rowcount"));
  await reader.keyboard.press("Control+k");
  const palette = reader.getByRole("combobox", { name: "Suchen oder Befehl eingeben" });
  await palette.pressSequentially("halb getip");
  await fileBy(writer);
  await reader.getByRole("grid", { includeHidden: true }).getByText(subject).waitFor();
  assert.equal(await palette.inputValue(), "halb getip");
  assert.ok(await palette.evaluate((element) => element === document.activeElement));
  assert.deepEqual(loads, [], "without loading the page again");
  await reader.keyboard.press("Escape");
  assert.equal(Number(await grid.getAttribute("aria-rowcount")), before + 1);
}

async function formStays({ reader, writer, url, demo }) {
  await reader.goto(`${url}/documents/${demo.mail}`);
  await reader.getByRole("button", { name: "Angaben bearbeiten" }).click();
  const sender = reader.getByLabel("Absender");
  await sender.fill("Halb getip");
  await writer.goto(`${url}/documents/${demo.mail}`);
  await writer.getByRole("button", { name: "Angaben bearbeiten" }).click();
  await writer.getByLabel("Fremdes Zeichen").fill("NB-7");
  await writer.getByRole("button", { name: "Speichern" }).click();
  await writer.getByText("Angaben gespeichert").waitFor();
  await reader.getByText("Inzwischen geändert").waitFor();
  assert.equal(await sender.inputValue(), "Halb getip");
  assert.ok(await sender.evaluate((element) => element === document.activeElement));
  await reader.getByRole("button", { name: "Neuen Stand übernehmen" }).click();
  assert.equal(await reader.getByLabel("Fremdes Zeichen").inputValue(), "NB-7");
  await reader.getByRole("button", { name: "Speichern" }).click();
  await reader.getByText("Angaben gespeichert").waitFor();
}

// A second tab of the same browser hears through the first, and takes its place when it goes.
async function tabsShare({ reader, writer, url, demo }) {
  const streams = [];
  reader.context().on("request", (request) => {
    if (request.url().endsWith("/api/v1/events")) streams.push(request);
  });
  const second = await reader.context().newPage();
  await second.goto(`${url}/documents/${demo.mail}`);
  await second.getByRole("heading", { level: 1 }).waitFor();
  const change = async (words) => {
    await writer.goto(`${url}/documents/${demo.mail}`);
    await writer.getByRole("button", { name: "Angaben bearbeiten" }).click();
    await writer.getByLabel("Absender").fill(words);
    await writer.getByRole("button", { name: "Speichern" }).click();
    await second.locator(".facts").getByText(words).waitFor();
  };
  await change("Durch den ersten Reiter");
  assert.equal(streams.length, 0, "one stream a browser");
  await reader.close();
  await change("Nun durch den zweiten");
  assert.equal(streams.length, 1);
  await second.close();
}

export async function live(people) {
  await listShows(people);
  await formStays(people);
  await tabsShare(people);
}
