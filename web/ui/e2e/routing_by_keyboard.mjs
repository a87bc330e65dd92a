// The same by keyboard alone.
import assert from "node:assert/strict";
import { fileLetter, pane, row, toast } from "./routing_people.mjs";

const byKeys = "Umlauf mit der Tastatur, Mühlweg 4";

const focusedText = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const label = element?.id ? document.querySelector(`label[for="${element.id}"]`) : null;
    const around = element?.closest("label");
    return (label ?? around ?? element)?.textContent?.trim() ?? "";
  });

// Tab until the focus is on what says `wanted`.
async function tabTo(page, wanted) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    if (wanted.test(await focusedText(page))) return;
  }
  throw new Error(`the focus never came to ${wanted}`);
}

async function typePerson(page, text) {
  await page.keyboard.type(text);
  await page.getByRole("option").filter({ hasText: text }).first().waitFor();
  await page.keyboard.press("Enter");
}

async function sendByKeys(page, url, id) {
  await page.goto(`${url}/documents/${id}`);
  await page.getByRole("heading", { level: 1 }).filter({ hasText: byKeys }).waitFor();
  await page.keyboard.press("w");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, /^Wer$/);
  await typePerson(page, "Jonas Keller");
  await tabTo(page, /^Schritt hinzufügen/);
  await page.keyboard.press("Enter");
  // The new step has the focus; its person comes next.
  await page.waitForFunction(() => document.activeElement?.tagName === "SELECT");
  await tabTo(page, /^Wer$/);
  await typePerson(page, "Rosa Stadler");
  await tabTo(page, /^Zugleich/);
  await page.keyboard.press(" ");
  await tabTo(page, /^Schritt hinzufügen/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.tagName === "SELECT");
  await page.keyboard.type("Schluss");
  await tabTo(page, /^Wer$/);
  await typePerson(page, "Berna Özdemir");
  await tabTo(page, /^In den Geschäftsgang geben/);
  await page.keyboard.press("Enter");
  await page.getByText("2 nebeneinander").waitFor();
}

// "G A" leads to the tasks, J goes down to the one that is wanted.
async function goToTask(page, url) {
  await page.goto(url);
  await page.getByRole("heading", { level: 1 }).filter({ hasText: /Guten/ }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await page.getByRole("listbox").waitFor();
  await row(page, byKeys).waitFor();
  for (let presses = 0; presses < 40; presses += 1) {
    const chosen = page.locator('[role=option][aria-selected="true"]');
    await chosen.waitFor();
    if ((await chosen.innerText()).includes(byKeys)) break;
    await page.keyboard.press("j");
  }
  await pane(page).getByRole("list", { name: "Schritte" }).waitFor();
  await page.getByRole("heading", { level: 2 }).filter({ hasText: byKeys }).waitFor();
}

// M leads to the button, Enter confirms; afterwards the focus is with the next task.
async function signByKeys(page, url, word) {
  await goToTask(page, url);
  await page.keyboard.press("m");
  await page.waitForFunction(() => document.activeElement?.classList.contains("primary"));
  assert.match(await focusedText(page), word);
  await page.keyboard.press("Enter");
  await row(page, byKeys).waitFor({ state: "detached" });
  await page.waitForFunction(
    () => document.activeElement !== document.body && document.activeElement !== null,
  );
}

async function returnByKeys(page, url) {
  await goToTask(page, url);
  await pane(page).getByText("Sie handeln i. V. für Rosa Stadler.").waitFor();
  await page.keyboard.press("r");
  await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
  await page.keyboard.type("Bitte die Anlage beifügen.");
  await page.keyboard.press("Control+Enter");
  await toast(page, `Zurückgegeben: ${byKeys}`);
  const told = page.locator(".tasks-screen > [role=status]");
  await told.filter({ hasText: /Nächste Aufgabe|Keine weitere/ }).waitFor({ state: "attached" });
}

const focusedPart = (page) =>
  page.evaluate(
    () => document.activeElement?.closest("[aria-label]")?.getAttribute("aria-label") ?? "",
  );

// F6 goes through the parts of the screen and comes round.
async function walkPanes(page, url) {
  await goToTask(page, url);
  const seen = new Set();
  for (let presses = 0; presses < 8; presses += 1) {
    await page.keyboard.press("F6");
    seen.add(await focusedPart(page));
  }
  for (const part of ["Aktenplan", "Meine Aufgaben", "Dokument", "Schritte und Entscheidung"]) {
    assert.ok(seen.has(part), `F6 comes to ${part}: ${[...seen].join(", ")}`);
  }
}

export async function routingByKeyboard({ sender, clerk, deputy, mayor }, { url }, demo) {
  const id = await fileLetter(sender.page, demo.dossier, byKeys);
  await sendByKeys(sender.page, url, id);
  await walkPanes(clerk.page, url);
  await signByKeys(clerk.page, url, /^Mitzeichnen/);
  await returnByKeys(deputy.page, url);
  await signByKeys(sender.page, url, /^Überarbeitet/);
  await signByKeys(clerk.page, url, /^Mitzeichnen/);
  await goToTask(deputy.page, url);
  await deputy.page.keyboard.press("Control+Enter");
  await toast(deputy.page, `Gezeichnet: ${byKeys}`);
  await signByKeys(mayor.page, url, /^Schlusszeichnen/);
  await sender.page.goto(`${url}/documents/${id}`);
  await sender.page.getByRole("tab", { name: "Laufzettel" }).click();
  await sender.page.getByText("Abgeschlossen").waitFor();
}
