// Whatever arrives is findable: a letter is found in the inbox by a word of its third page, opened at
// that place, told of by the search, filed, and from then on found as a document alone.
import assert from "node:assert/strict";
import { lookAt } from "./erasure_looks.mjs";
import { chooseDossier, heading } from "./inbox.mjs";
import { makePdf } from "./pdf.mjs";

const word = "Uferschwalben";
const subject = "Hinweis zur Baugrube am Bach";
const field = (page) => page.getByRole("searchbox", { name: "In der Post suchen" });
const rows = (page) => page.locator(".inbox-row");
const count = (page, text) => page.locator(".inbox-search [role=status]").getByText(text, { exact: true }).waitFor();
const askedFor = (page) => new URL(page.url()).searchParams.get("q");

async function untilFound(page, path, isThere) {
  for (let round = 0; round < 100; round += 1) {
    const items = await page.evaluate(async (asked) => (await (await fetch(`/api/v1/${asked}`)).json()).items, path);
    if (items.some(isThere)) return;
    await page.waitForTimeout(200);
  }
  throw new Error(`not found by ${path}`);
}

// As the post room would: by the server alone.
async function receive(page) {
  const filling = Array.from({ length: 30 }, (_, line) => `Zeile ${line + 1} ohne Belang fuer diese Sache.`);
  const telling = filling.with(20, `In der Baugrube nisten ${word}, bitte warten Sie mit dem Aushub.`);
  const file = makePdf([filling, filling, telling, filling]);
  const status = await page.evaluate(
    async ([title, pdf]) => {
      const { csrf_token: token } = await (await fetch("/api/v1/session")).json();
      const { items } = await (await fetch("/api/v1/inboxes")).json();
      const { id } = items.find(({ name }) => name.includes("Hauptamt"));
      const body = new FormData();
      const metadata = { inbox_id: id, subject: title };
      body.append("metadata", new Blob([JSON.stringify(metadata)], { type: "application/json" }));
      body.append("file", new File([pdf], "hinweis.pdf", { type: "application/pdf" }));
      const headers = { "X-CSRF-Token": token };
      return (await fetch("/api/v1/inbox", { method: "POST", headers, body })).status;
    },
    [subject, file],
  );
  assert.equal(status, 201);
  await untilFound(page, `inbox?q=${word}`, (item) => item.page === 3);
}

// Typing narrows the tray and opens nothing; Enter opens what is found, at its place.
async function findsTheLetter(page, url, shots) {
  await page.goto(`${url}/inbox`);
  await page.getByRole("tab", { name: /Hauptamt/ }).click();
  await rows(page).filter({ hasNotText: subject }).first().click();
  await heading(page).filter({ hasNotText: subject }).waitFor();
  const open = await heading(page).textContent();
  await page.keyboard.press("/");
  await page.keyboard.type(word);
  await count(page, "1 Treffer");
  assert.equal(await rows(page).count(), 1);
  assert.equal(askedFor(page), word);
  assert.equal(await rows(page).locator(".snippet mark").textContent(), word);
  assert.match(await rows(page).locator(".snippet").textContent(), /^S\. 3 · /);
  assert.equal(await heading(page).textContent(), open, "what was open stays open");
  await page.keyboard.press("Enter");
  await heading(page).getByText(subject).waitFor();
  assert.equal(askedFor(page), word);
  await page.locator(".pdf-mark").first().waitFor();
  await page.getByText("Seite 3 /").waitFor();
  await page.screenshot({ path: `${shots}/inbox-found-open-1440.png` });
  // What was copied out of the address bar.
  await page.goto(page.url());
  await count(page, "1 Treffer");
  assert.equal(await field(page).inputValue(), word);
  await page.locator(".pdf-mark").first().waitFor();
}

const line = (page) => page.getByRole("link", { name: "1 Treffer in der Post, die noch nicht abgelegt ist" });

// From the search to the post in all trays, and back.
async function isToldByTheSearch(page, url, shots) {
  await page.goto(`${url}/search?q=${word}`);
  await lookAt(page, "search-found-post", () => line(page).waitFor(), shots);
  await line(page).click();
  await page.getByRole("tab", { name: "Alle", selected: true }).waitFor();
  await heading(page).getByText(subject).waitFor();
  await page.goBack();
  await line(page).waitFor();
  await page.goForward();
  await heading(page).getByText(subject).waitFor();
}

// What is filed leaves what was found, and the search stays until Escape.
async function filesWhatWasFound(page, url) {
  await chooseDossier(page);
  await page.keyboard.press("Control+Enter");
  await page.getByText(/Abgelegt in 300\.1-/).waitFor();
  await page.getByText(`Nichts gefunden zu „${word}“`).waitFor();
  await count(page, "0 Treffer");
  assert.equal(askedFor(page), word);
  await field(page).focus();
  await page.keyboard.press("Escape");
  await rows(page).first().waitFor();
  assert.equal(askedFor(page), null);
  assert.equal(await field(page).inputValue(), "");
  await untilFound(page, `search?q=${word}`, (hit) => hit.subject === subject);
  const answered = page.waitForResponse((response) => response.url().includes("/api/v1/inbox?q="));
  await page.goto(`${url}/search?q=${word}`);
  await page.locator(".hit-title").filter({ hasText: subject }).waitFor();
  assert.deepEqual((await (await answered).json()).items, []);
  assert.equal(await line(page).count(), 0);
}

// What the server says while a lost index is built anew.
async function beingRebuilt(page, url, shots) {
  const pattern = /\/api\/v1\/inbox\?.*q=/;
  await page.route(pattern, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), rebuilt_percent: 42 } });
  });
  const seen = async () => {
    // On a phone the list is the whole screen, where no item is open.
    await page.goto(`${url}/inbox?q=${word}`);
    await page.getByRole("status").filter({ hasText: "neu aufgebaut (42 %)" }).waitFor();
    await rows(page).locator(".snippet mark").waitFor();
  };
  await lookAt(page, "inbox-rebuilding", seen, shots);
  await page.unroute(pattern);
}

export async function inboxSearch({ page, url, shots }) {
  await receive(page);
  await findsTheLetter(page, url, shots);
  await beingRebuilt(page, url, shots);
  await isToldByTheSearch(page, url, shots);
  await filesWhatWasFound(page, url);
}
