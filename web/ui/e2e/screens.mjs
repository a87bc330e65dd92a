// Every screen, with the named piece of demo data that proves it is the real one.
export const dossierTitle = "Neubau eines Einfamilienhauses, Flurstück 1420/3, Mühlweg 4";
const pdfSubject = "Ersuchen um Einvernehmen nach § 36 BauGB, Flurstück 1420/3";
const mailSubject = "Entwässerungsplan Mühlweg 4";
const invoiceSubject = "Rechnung 2048 über Streusalz";
// Among the newest of the demo, so on the start page.
const freshSubject = "Erteilung des gemeindlichen Einvernehmens, Flurstück 1420/3, Mühlweg 4";

async function idOf(page, query, subject) {
  return page.evaluate(
    async ([q, wanted]) => {
      const answer = await fetch(`/api/v1/search?q=${encodeURIComponent(q)}&limit=50`);
      const { items } = await answer.json();
      return items.find((hit) => hit.subject === wanted);
    },
    [query, subject],
  );
}

// The texts of the demo are read and indexed in the first seconds; the tests begin after that.
export async function findDemo(page) {
  for (let round = 0; round < 100; round += 1) {
    const pdf = await idOf(page, "Doppelgarage", pdfSubject);
    const mail = await idOf(page, "Architekten", mailSubject);
    const invoice = await idOf(page, "Streusalz", invoiceSubject);
    if (pdf?.document_id && mail?.document_id && invoice?.document_id) {
      return {
        pdf: pdf.document_id,
        mail: mail.document_id,
        invoice: invoice.document_id,
        dossier: pdf.dossier_id,
      };
    }
    await page.waitForTimeout(200);
  }
  throw new Error("the demo's documents were not found");
}

const see = (page, text) => page.locator("main").getByText(text).first().waitFor();

// Screens by name: how to get there, and what must be seen.
export const screens = [
  { name: "start", path: () => "/", seen: (page) => see(page, freshSubject) },
  {
    name: "files",
    path: () => "/files",
    seen: (page) =>
      page.getByRole("treeitem").filter({ hasText: "Allgemeine Verwaltung", visible: true }).first().waitFor(),
  },
  {
    name: "dossier",
    path: (demo) => `/dossiers/${demo.dossier}`,
    seen: (page) => see(page, pdfSubject),
  },
  {
    name: "dossier-details",
    path: (demo) => `/dossiers/${demo.dossier}`,
    act: (page) => page.getByRole("tab", { name: "Angaben" }).click(),
    seen: (page) => page.getByRole("tabpanel").getByText("622.1-").first().waitFor(),
  },
  {
    name: "unit",
    path: (demo) => `/dossiers/${demo.dossier}`,
    act: (page) => page.locator(".breadcrumbs a").last().click(),
    seen: (page) => page.locator(".files-main").getByText(dossierTitle).first().waitFor(),
  },
  {
    name: "document-pdf",
    path: (demo) => `/documents/${demo.pdf}`,
    seen: (page) => page.locator(".pdf-text").getByText(/Doppelgarage/).first().waitFor(),
  },
  {
    name: "document-mail",
    path: (demo) => `/documents/${demo.mail}`,
    seen: async (page) => {
      await page.locator(".sheet").getByText(/Regenwasserzisterne/).waitFor();
      await page.locator(".sheet dt").getByText("Absender").waitFor();
    },
  },
  {
    name: "document-invoice",
    path: (demo) => `/documents/${demo.invoice}`,
    seen: async (page) => {
      await page.locator(".sheet dt").getByText("Zahlbetrag").waitFor();
      await page.locator(".sheet dd").getByText(/^[\d.]+,\d\d\s€$/).waitFor();
    },
  },
  {
    name: "document-versions",
    path: (demo) => `/documents/${demo.pdf}`,
    act: (page) => page.getByRole("tab", { name: "Versionen" }).click(),
    seen: (page) => page.getByText("Version 1", { exact: true }).waitFor(),
  },
  {
    name: "document-edit",
    path: (demo) => `/documents/${demo.mail}`,
    act: (page) => page.getByRole("button", { name: "Angaben bearbeiten" }).click(),
    seen: (page) => page.getByLabel("Betreff").waitFor(),
  },
  {
    name: "search",
    path: () => "/search?q=Widerspruch",
    seen: (page) => page.locator(".hit mark").first().waitFor(),
  },
  {
    name: "search-empty",
    path: () => "/search?q=Quastenflosser",
    seen: (page) => see(page, "Kein Dokument passt dazu."),
  },
  {
    name: "bin",
    path: () => "/bin",
    seen: (page) => see(page, "Der Papierkorb ist leer"),
  },
  {
    name: "palette",
    path: () => "/",
    act: async (page) => {
      await see(page, freshSubject);
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox").fill("Mühlweg");
    },
    seen: (page) => page.getByRole("option").filter({ hasText: mailSubject }).first().waitFor(),
  },
  {
    name: "upload-dialog",
    path: (demo) => `/dossiers/${demo.dossier}`,
    act: async (page) => {
      await see(page, pdfSubject);
      await page.keyboard.press("u");
      await page
        .getByLabel("Dateien wählen")
        .setInputFiles({ name: "Bescheid_Entwurf.txt", mimeType: "text/plain", buffer: Buffer.from("x") });
    },
    seen: (page) => page.getByLabel("Betreff für Bescheid_Entwurf.txt").waitFor(),
  },
  {
    name: "help",
    path: () => "/",
    act: async (page) => {
      await see(page, freshSubject);
      await page.keyboard.press("?");
    },
    seen: (page) => page.getByText("Nächster Bereich").waitFor(),
  },
  {
    name: "absent",
    path: () => "/files/00000000-0000-7000-8000-000000000000",
    seen: (page) => see(page, "Diese Seite gibt es nicht"),
  },
];
