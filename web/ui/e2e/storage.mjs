// The server's disk fails under an open page: it says so, what was typed stays, and once the disk is
// well it is saved by the same session.
import assert from "node:assert/strict";
import { axeFindings } from "./browser.mjs";

const remark = "Planungsbüro Ostermann, Musterstadt";
const patienceMs = 60_000;

export async function storage({ page, server, demo, shots }) {
  await page.goto(`${server.url}/documents/${demo.mail}`);
  await page.getByRole("button", { name: "Angaben bearbeiten" }).click();
  await page.getByLabel("Absender").fill(remark);
  const notice = page.locator(".storage-notice");
  assert.equal(await notice.count(), 0);
  await server.disk.fail();
  try {
    await page.getByRole("button", { name: "Speichern" }).click();
    await page.getByRole("alert").getByText("Datenträger des Servers ist gestört").waitFor();
    await notice.getByText("Zurzeit kann nichts gespeichert werden").waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.screenshot({ path: `${shots}/failing-disk.png` });
    assert.equal(await page.getByLabel("Absender").inputValue(), remark);
  } finally {
    await server.disk.mend();
  }
  await notice.waitFor({ state: "detached", timeout: patienceMs });
  // While the store was opened anew nothing could be read, either.
  assert.equal(await page.getByLabel("Absender").inputValue(), remark);
  // It may be there already, as after any request without an answer: then the form says so first.
  await page.getByRole("button", { name: "Speichern" }).click();
  const saved = page.getByText("Angaben gespeichert");
  const reload = page.getByRole("alert").getByRole("button", { name: "Erneut versuchen" });
  await saved.or(reload).first().waitFor();
  if (await reload.isVisible()) {
    await reload.click();
    await page.getByRole("button", { name: "Speichern" }).click();
  }
  await saved.waitFor();
  await page.locator(".facts").getByText(remark).waitFor();
}
