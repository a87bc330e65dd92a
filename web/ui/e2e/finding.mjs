// What comes after the hits: a hit opens at its page with its words marked, back leads to the hits and
// the address to the same place; documents that are like one; a search kept under a name, with what is
// new in it until it was looked at.
import assert from "node:assert/strict";
import { makePdf } from "./pdf.mjs";

const item = (page, name) => page.locator(".menu").getByRole("button", { name });

// As a colleague would: by the server alone.
async function fileSomething(page, dossier, file) {
  const status = await page.evaluate(
    async ([id, { subject, name, type, text, drawn }]) => {
      // A scan: the picture of a page and nothing else.
      const picture = () => {
        const canvas = new OffscreenCanvas(1240, 1754);
        const pen = canvas.getContext("2d");
        pen.fillStyle = "#fff";
        pen.fillRect(0, 0, 1240, 1754);
        pen.fillStyle = "#000";
        pen.font = "44px serif";
        drawn.forEach((line, at) => pen.fillText(line, 140, 240 + 90 * at));
        return canvas.convertToBlob({ type });
      };
      const { csrf_token: token } = await (await fetch("/api/v1/session")).json();
      const body = new FormData();
      const metadata = { dossier_id: id, subject, type: "memo", direction: "internal", channel: "upload" };
      body.append("metadata", new Blob([JSON.stringify(metadata)], { type: "application/json" }));
      body.append("file", new File([drawn ? await picture() : text], name, { type }));
      const headers = { "X-CSRF-Token": token };
      return (await fetch("/api/v1/documents", { method: "POST", headers, body })).status;
    },
    [dossier, file],
  );
  assert.equal(status, 201);
}

// A report whose word stands on the fifth and seventh of its pages.
async function fileReport(page, dossier) {
  const filling = Array.from({ length: 34 }, (_, line) => `Zeile ${line + 1} ohne Belang fuer diese Sache.`);
  const telling = filling.with(30, "Der Deckel des Brunnenkopfs ist gerissen, wie am Hang.");
  const pages = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => (number === 5 || number === 7 ? telling : filling));
  const subject = "Bericht vom Ortstermin am Wasserwerk";
  await fileSomething(page, dossier, { subject, name: "bericht.pdf", type: "application/pdf", text: makePdf(pages) });
  for (let round = 0; round < 100; round += 1) {
    const hit = await page.evaluate(async ([q, wanted]) => {
      const { items } = await (await fetch(`/api/v1/search?q=${encodeURIComponent(q)}`)).json();
      return items.find((each) => each.subject === wanted && each.page);
    }, ["Brunnenkopf", subject]);
    if (hit) return { ...hit, word: "Brunnenkopf" };
    await page.waitForTimeout(200);
  }
  throw new Error("the report was not found");
}

const isInView = (locator) =>
  locator.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const frame = element.closest(".viewer-scroll").getBoundingClientRect();
    return top >= frame.top && bottom <= frame.bottom;
  });

// What lies below the boxes, as the text layer has it.
const markedText = (page) =>
  page.evaluate(() => {
    const box = document.querySelector(".pdf-mark").getBoundingClientRect();
    const x = box.left + box.width / 2;
    const y = box.top + box.height / 2;
    const under = document.elementsFromPoint(x, y).find((each) => each.closest(".pdf-text") && each.textContent);
    return under?.textContent;
  });

async function opensAtTheHit(page, url, hit, shots) {
  const address = `${url}/search?q=${encodeURIComponent(hit.word)}`;
  await page.goto(address);
  await page.locator(".hit-title").filter({ hasText: hit.subject }).first().click();
  await page.waitForURL((next) => next.pathname === `/documents/${hit.document_id}`);
  const here = new URL(page.url()).searchParams;
  assert.equal(here.get("page"), String(hit.page));
  assert.equal(here.get("q"), hit.word);
  const mark = page.locator(".pdf-mark").first();
  await mark.waitFor();
  await page.getByText(`Seite ${hit.page} /`).waitFor();
  assert.ok(await isInView(mark), "the first place is in sight");
  const text = await markedText(page);
  assert.ok(text?.includes(hit.word.slice(0, 6)), `the mark lies over the word: ${text}`);
  await page.getByRole("button", { name: "Nächste Seite mit Fundstellen" }).click();
  await page.getByText("Seite 7 /").waitFor();
  assert.ok(await isInView(page.locator(".pdf-page").nth(6).locator(".pdf-mark")));
  assert.ok(await page.getByRole("button", { name: "Nächste Seite mit Fundstellen" }).isDisabled());
  await page.setViewportSize({ width: 390, height: 844 });
  await mark.waitFor();
  const bar = await page.locator(".viewer-bar").boundingBox();
  assert.ok(bar.x >= 0 && bar.x + bar.width <= 390, "the bar has room on a phone");
  await page.screenshot({ path: `${shots}/marked-pdf-390.png` });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goBack();
  await page.locator(".hit-title").first().waitFor();
  assert.equal(page.url(), address);
  await page.goForward();
  await mark.waitFor();
  // What was copied out of the address bar.
  const copied = page.url();
  await page.goto(`${url}/`);
  await page.goto(copied);
  await mark.waitFor();
  await page.getByText(`Seite ${hit.page} /`).waitFor();
}

// On a scan the words are marked where they stand in the picture.
async function marksOnScans(page, url, dossier, shots) {
  const subject = "Aushang am Brunnen";
  const drawn = ["Gemeinde Musterbach", "Der Trinkbrunnen bleibt bis Ostern", "wegen Bauarbeiten geschlossen."];
  await fileSomething(page, dossier, { subject, name: "aushang.png", type: "image/png", drawn });
  let found;
  for (let round = 0; round < 300 && !found; round += 1) {
    found = await page.evaluate(async (wanted) => {
      const { items } = await (await fetch("/api/v1/search?q=Trinkbrunnen")).json();
      return items.find((each) => each.subject === wanted);
    }, subject);
    if (!found) await page.waitForTimeout(500);
  }
  assert.ok(found, "the scan was read");
  await page.goto(`${url}/documents/${found.document_id}?q=Trinkbrunnen`);
  const mark = page.locator(".picture .pdf-mark");
  await mark.first().waitFor();
  assert.equal(await mark.count(), 1);
  assert.ok(await isInView(mark));
  const [box, picture] = [await mark.boundingBox(), await page.locator(".picture img").boundingBox()];
  const at = { left: (box.x - picture.x) / picture.width, top: (box.y - picture.y) / picture.height };
  // The second line, its second word.
  assert.ok(at.left > 0.14 && at.left < 0.24, `${at.left} from the left`);
  assert.ok(at.top > 0.15 && at.top < 0.2, `${at.top} from above`);
  assert.ok(box.width / picture.width > 0.1 && box.height / picture.height < 0.06);
  await page.screenshot({ path: `${shots}/marked-scan-1440.png` });
  await page.evaluate(() => document.documentElement.setAttribute("data-theme", "dark"));
  await page.setViewportSize({ width: 390, height: 844 });
  await mark.waitFor();
  await page.screenshot({ path: `${shots}/marked-scan-390-dark.png` });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.evaluate(() => document.documentElement.setAttribute("data-theme", "light"));
}

async function marksInTexts(page, url, mail) {
  await page.goto(`${url}/documents/${mail}?q=Entwässerungsplan`);
  const mark = page.locator(".sheet mark").first();
  await mark.waitFor();
  assert.match(await mark.textContent(), /wässerung/i);
  assert.ok(await isInView(mark));
}

async function showsWhatIsAlike(page, url) {
  await page.goto(`${url}/search?q=Streusalz`);
  await page.locator(".hit-title").first().waitFor();
  const subject = await page.locator(".hit-title").first().textContent();
  await page.getByRole("grid").focus();
  await page.keyboard.press(".");
  await item(page, "Ähnliche Dokumente").waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/like=/);
  await page.getByRole("heading", { name: "Ähnliche Dokumente" }).waitFor();
  await page.locator(".similar-to a").filter({ hasText: subject }).waitFor();
  await page.locator(".hit-title").first().waitFor();
  const titles = await page.locator(".hit-title").allTextContents();
  assert.ok(!titles.includes(subject), "not itself");
  await page.locator(".similar-to a").click();
  await page.getByRole("button", { name: "Weitere Aktionen" }).click();
  await item(page, "Ähnliche Dokumente").click();
  await page.locator(".hit-title").first().waitFor();
  assert.deepEqual(await page.locator(".hit-title").allTextContents(), titles);
}

async function keepsASearch(page, url, dossier) {
  const name = "Harz und Holz";
  const card = page.locator(".saved-searches .card").filter({ hasText: name });
  await page.goto(`${url}/search?q=Seekiefernharz`);
  await page.getByRole("button", { name: "Suche merken" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: `Gemerkt als „${name}“` }).waitFor();
  await page.goto(`${url}/`);
  await card.filter({ hasText: "0 Treffer" }).waitFor();
  await fileSomething(page, dossier, {
    subject: "Notiz über Harz",
    name: "notiz.txt",
    type: "text/plain",
    text: "Ein Wort: Seekiefernharz",
  });
  for (let round = 0; round < 50; round += 1) {
    await page.goto(`${url}/`);
    await card.waitFor();
    await page.waitForTimeout(700);
    if (await card.filter({ hasText: "1 neu" }).count()) break;
  }
  await card.filter({ hasText: "1 Treffer" }).filter({ hasText: "1 neu" }).waitFor();
  await page.locator(".side .nav-count").filter({ hasText: "neue Treffer" }).waitFor();
  await card.click();
  await page.locator(".hit-title").filter({ hasText: "Notiz über Harz" }).waitFor();
  await page.locator(".side .nav-count").filter({ hasText: "neue Treffer" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: `Gemerkt als „${name}“` }).click();
  await item(page, "Umbenennen").click();
  await page.getByRole("textbox", { name: "Name" }).fill("Harz");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Gemerkt als „Harz“" }).click();
  await item(page, "Nicht mehr merken").click();
  await page.getByRole("button", { name: "Suche merken" }).waitFor();
}

export async function finding(page, url, demo, shots) {
  const hit = await fileReport(page, demo.dossier);
  assert.equal(hit.page, 5);
  await opensAtTheHit(page, url, hit, shots);
  await marksInTexts(page, url, demo.mail);
  await marksOnScans(page, url, demo.dossier, shots);
  await showsWhatIsAlike(page, url);
  await keepsASearch(page, url, demo.dossier);
}
