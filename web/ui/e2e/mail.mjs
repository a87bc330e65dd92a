// What a mail carries: listed without its logo, opened in the mail's place, a PDF by its pages and a
// letter by its text, made a document of its own and taken back; and the answer to the mail is named.
// Text and attachments come by themselves where the document was opened before its file was read.
// The same mail in the same dossier is hinted at.
// What a mail in the inbox carries is opened there, beside the form.
import assert from "node:assert/strict";
import { axeFindings } from "./browser.mjs";
import { makePdf } from "./pdf.mjs";

// As the mail says; its file is called otherwise.
const subject = "Zaun am Mühlweg";
const plan = makePdf([["Lageplan Flurstueck 112"]]);
const letter = "{\\rtf1\\ansi Der Zaun wird zwei Meter hoch.\\par}";
const logo =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABc3UBGAAAAABJRU5ErkJggg==";

const attached = (name, bytes) =>
  `--x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n` +
  `Content-Disposition: attachment; filename="${name}"\r\n\r\n` +
  `${Buffer.from(bytes, "latin1").toString("base64").replace(/.{76}/g, "$&\r\n")}\r\n`;

const question =
  "From: Petra Ackerlund <petra@example.org>\r\nTo: amt@musterbach.example\r\n" +
  "Message-ID: <zaun-1@example.org>\r\nSubject: =?utf-8?q?Zaun_am_M=C3=BChlweg?=\r\n" +
  "Date: Wed, 18 Nov 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\n" +
  "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n" +
  '<p>Anbei der Plan.</p><img src="cid:logo@x">\r\n--x\r\nContent-Type: image/png\r\n' +
  "Content-ID: <logo@x>\r\nContent-Transfer-Encoding: base64\r\n" +
  `Content-Disposition: inline; filename="logo.png"\r\n\r\n${logo}\r\n` +
  `${attached("Lageplan_Muehlweg.pdf", plan)}${attached("Begleitschreiben.rtf", letter)}--x--\r\n`;
const answer =
  "From: amt@musterbach.example\r\nTo: petra@example.org\r\n" +
  "Message-ID: <zaun-2@musterbach.example>\r\nIn-Reply-To: <zaun-1@example.org>\r\n" +
  "Subject: =?utf-8?q?Antwort_Zaun_am_M=C3=BChlweg?=\r\nDate: Thu, 19 Nov 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\n\r\n" +
  "Das ist erlaubt.\r\n";

async function fileMails(page) {
  await page.keyboard.press("u");
  await page.getByLabel("Dateien wählen").setInputFiles(
    [
      ["frage.eml", question],
      ["antwort.eml", answer],
    ].map(([name, text]) => ({
      name,
      mimeType: "message/rfc822",
      buffer: Buffer.from(text, "latin1"),
    })),
  );
  await page.getByRole("button", { name: "Ablegen" }).click();
  await page.getByText("2 Dokumente abgelegt").waitFor();
}

// Put into the dossier once more, it is filed, and said to be there already.
async function fileOnceMore(page, url, demo, shots) {
  await page.goto(`${url}/dossiers/${demo.dossier}`);
  await page.getByRole("grid").waitFor();
  await page.keyboard.press("u");
  const buffer = Buffer.from(question, "latin1");
  await page
    .getByLabel("Dateien wählen")
    .setInputFiles({ name: "noch-einmal.eml", mimeType: "message/rfc822", buffer });
  await page.getByRole("button", { name: "Ablegen" }).click();
  await page.getByText(`„${subject}“ lag schon in dieser Akte.`).waitFor();
  await page.screenshot({ path: `${shots}/mail-same-1440.png` });
  await page.getByRole("link", { name: "Die frühere ansehen" }).click();
  await page.getByText("Dieselbe Nachricht liegt in dieser Akte noch einmal:").waitFor();
  await page.screenshot({ path: `${shots}/mail-same-document-1440.png` });
}

async function dropInInbox(page, text) {
  const transfer = await page.evaluateHandle((bytes) => {
    const data = new DataTransfer();
    const file = new Uint8Array([...bytes].map((each) => each.charCodeAt(0)));
    data.items.add(new File([file], "nachfrage.eml", { type: "message/rfc822" }));
    return data;
  }, text);
  for (const type of ["dragenter", "dragover", "drop"]) {
    await page.dispatchEvent(".tasks-screen", type, { dataTransfer: transfer });
  }
  await page.getByText("1 Eingang aufgenommen").waitFor();
}

async function inTheInbox(page, url, shots) {
  const other = question.replace("zaun-1@", "zaun-3@").replace("Subject: =?utf-8?q?", "$&Nachfrage_");
  await page.goto(`${url}/inbox`);
  await page.getByRole("heading", { name: "Posteingang", level: 1 }).waitFor();
  await dropInInbox(page, other);
  await page.locator(".inbox-row").getByText(`Nachfrage ${subject}`).click();
  await page.locator(".sheet").filter({ hasText: "Anbei der Plan." }).waitFor();
  await row(page, "Lageplan_Muehlweg.pdf").waitFor();
  assert.equal(await page.getByText("logo.png").count(), 0, "what the mail only shows is hidden");
  await lookAt(page, shots, "inbox-list", row(page, "Lageplan_Muehlweg.pdf"));
  await row(page, "Lageplan_Muehlweg.pdf").click();
  const viewed = shown(page, "Lageplan_Muehlweg.pdf");
  await viewed.locator(".pdf-page").filter({ hasText: "Lageplan Flurstueck 112" }).waitFor();
  assert.equal(await page.getByRole("button", { name: /als eigenes Dokument/i }).count(), 0);
  await lookAt(page, shots, "inbox-open", viewed.getByText("Lageplan Flurstueck 112"));
  await row(page, "Begleitschreiben.rtf").click();
  await shown(page, "Begleitschreiben.rtf").getByText("Der Zaun wird zwei Meter hoch.").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".sheet").filter({ hasText: "Anbei der Plan." }).waitFor();
  // The other stories find the post as it was.
  await page.locator(".upload-panel header").getByRole("button").click();
  await page.getByRole("button", { name: "Verwerfen" }).click();
  await page.getByText("In den Papierkorb gelegt").waitFor();
}

async function lookAt(page, shots, name, seen = page.getByRole("heading", { name: "Anlagen" })) {
  for (const theme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: theme });
    for (const width of [1440, 1093, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await seen.waitFor();
      await page.screenshot({ path: `${shots}/mail-${name}-${width}-${theme}.png` });
      assert.deepEqual(await axeFindings(page), []);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(overflow <= 0, `wider than the window by ${overflow} at ${width}`);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1440, height: 900 });
}

const row = (page, name) => page.getByRole("button", { name: `${name} ansehen` });
const shown = (page, name) => page.getByRole("region", { name: `Anlage: ${name}`, exact: true });

export async function mail(page, url, demo, shots) {
  await page.goto(`${url}/dossiers/${demo.dossier}`);
  await page.getByRole("grid").waitFor();
  await fileMails(page);
  await page.getByRole("link", { name: subject, exact: true }).first().click();
  await page.getByRole("heading", { name: subject }).waitFor();
  const id = new URL(page.url()).pathname.split("/").at(-1);
  await row(page, "Lageplan_Muehlweg.pdf").waitFor();
  assert.equal(await page.getByText("logo.png").count(), 0, "what the mail only shows is hidden");
  await page.getByRole("link", { name: `Antwort ${subject}` }).waitFor();
  await lookAt(page, shots, "list");

  await row(page, "Lageplan_Muehlweg.pdf").focus();
  await page.keyboard.press("Enter");
  const viewed = shown(page, "Lageplan_Muehlweg.pdf");
  await viewed.locator(".pdf-page").filter({ hasText: "Lageplan Flurstueck 112" }).waitFor();
  await lookAt(page, shots, "open");
  await viewed.getByRole("button", { name: "Als eigenes Dokument ablegen" }).click();
  await page.getByText("Als Dokument „Lageplan Muehlweg“ abgelegt").waitFor();
  const made = await viewed.getByRole("link", { name: "Zum Dokument" }).getAttribute("href");
  await page.getByRole("button", { name: "Rückgängig" }).click();
  await viewed.getByRole("button", { name: "Als eigenes Dokument ablegen" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".sheet").filter({ hasText: "Anbei der Plan." }).waitFor();

  await row(page, "Begleitschreiben.rtf").click();
  await shown(page, "Begleitschreiben.rtf").getByText("Der Zaun wird zwei Meter hoch.").waitFor();
  await shown(page, "Begleitschreiben.rtf").getByRole("button", { name: "Zurück" }).click();

  await page.goto(new URL(made, url).href);
  await page.getByRole("heading", { name: "Lageplan Muehlweg" }).waitFor();
  await page.getByText("Dieses Dokument liegt im Papierkorb.").waitFor();
  await page.goto(`${url}/documents/${id}`);
  await page.getByRole("link", { name: `Antwort ${subject}` }).click();
  await page.getByRole("link", { name: subject, exact: true }).waitFor();
  await fileOnceMore(page, url, demo, shots);
  await inTheInbox(page, url, shots);
}
