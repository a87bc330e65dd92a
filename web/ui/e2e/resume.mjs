// The line breaks while a file is on its way: sent again, it goes on from where the server has it, and
// what is filed is the file, byte by byte.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";

const subject = "Luftbild Mühlwiesen";
const file = Buffer.from("Befliegung der Mühlwiesen. ".repeat(300_000));
const brokenAfter = 3_000_000; // bytes

async function chooseFile(page) {
  await page.keyboard.press("u");
  await page
    .getByLabel("Dateien wählen")
    .setInputFiles({ name: "luftbild.txt", mimeType: "text/plain", buffer: file });
  await page.getByLabel("Betreff für luftbild.txt").fill(subject);
}

async function filedVersion(page, dossier) {
  const { items } = await page.evaluate(async (id) => {
    const answer = await fetch(`/api/v1/dossiers/${id}/documents?limit=5`);
    return answer.json();
  }, dossier);
  return items.find((document) => document.subject === subject).version;
}

export async function brokenUpload({ page, line, demo }) {
  const offsets = [];
  page.on("request", (request) => {
    if (request.method() === "PATCH") offsets.push(Number(request.headers()["upload-offset"]));
  });
  await page.goto(`${line.url}/dossiers/${demo.dossier}`);
  await page.getByRole("grid").waitFor();
  await chooseFile(page);
  line.breakAfter(brokenAfter);
  await page.keyboard.press("Enter");
  const panel = page.getByRole("region", { name: "Hochladen" });
  await panel.getByText("nicht abgelegt").waitFor();
  line.mend();
  await panel.getByRole("button", { name: "Erneut" }).click();
  await page.getByText("1 Dokument abgelegt").waitFor();
  assert.equal(offsets[0], 0);
  assert.ok(offsets.at(-1) > 0, `sent again from the beginning: ${offsets}`);
  const version = await filedVersion(page, demo.dossier);
  assert.equal(version.sha256, createHash("sha256").update(file).digest("hex"));
}
