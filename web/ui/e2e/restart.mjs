// The server goes away and comes back under an open page: what was typed stays, and is saved by the
// same session.
import assert from "node:assert/strict";

const sender = "Ingenieurbüro Haller, Musterstadt";

export async function restart({ page, server, demo }) {
  await page.goto(`${server.url}/documents/${demo.mail}`);
  await page.getByRole("button", { name: "Angaben bearbeiten" }).click();
  await page.getByLabel("Absender").fill(sender);
  await server.halt();
  await page.getByRole("button", { name: "Speichern" }).click();
  await page.getByRole("alert").getByText("Keine Verbindung").waitFor();
  await page.locator(".offline").waitFor();
  assert.equal(await page.getByLabel("Absender").inputValue(), sender);
  await server.goOn();
  await page.getByRole("button", { name: "Speichern" }).click();
  await page.getByText("Angaben gespeichert").waitFor();
  await page.locator(".facts").getByText(sender).waitFor();
  await page.locator(".offline").waitFor({ state: "detached" });
}
