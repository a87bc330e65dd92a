// Every screen, with the named piece of demo data that proves it is the real one.
import { inboxScreens, isPostRead } from "./inbox_screens.mjs";
import { drawnPdf, isNarrow, see } from "./seen.mjs";

export const dossierTitle = "Neubau eines Einfamilienhauses, Flurstück 1420/3, Mühlweg 4";
const pdfSubject = "Ersuchen um Einvernehmen nach § 36 BauGB, Flurstück 1420/3";
const mailSubject = "Entwässerungsplan Mühlweg 4";
const invoiceSubject = "Rechnung 2048 über Streusalz";
// Goes round: h.brandt is to co-sign it after m.lindqvist.
const consentSubject = "Erteilung des gemeindlichen Einvernehmens, Flurstück 1420/3, Mühlweg 4";
// Went back once: its first signature is for version 1, now there is version 2.
const noticeSubject = "Abhilfebescheid über Niederschlagswassergebühren, Tannengrund 1";
const overdueSubject = "Bewilligung eines Zuschusses von 900,00 €, Musikverein Harmonie";
// Among the newest of the demo, so on the start page.
const freshSubject = consentSubject;

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

// Kept once for all looks.
async function keepSearch(page) {
  await page.evaluate(async () => {
    const { csrf_token: token } = await (await fetch("/api/v1/session")).json();
    await fetch("/api/v1/saved-searches", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
      body: JSON.stringify({ name: "Widersprüche gegen Gebühren", q: "Widerspruch", type: ["letter"] }),
    });
  });
  await page.reload();
}

// The task that h.brandt has as Rosa Stadler's deputy.
async function deputyTask(page) {
  return page.evaluate(async () => {
    const { items } = await (await fetch("/api/v1/tasks?limit=100")).json();
    return items.find((task) => task.on_behalf_of)?.id;
  });
}

// The texts of the demo are read and indexed in the first seconds; the tests begin after that.
export async function findDemo(page) {
  for (let round = 0; round < 100; round += 1) {
    const pdf = await idOf(page, "Doppelgarage", pdfSubject);
    const mail = await idOf(page, "Architekten", mailSubject);
    const invoice = await idOf(page, "Streusalz", invoiceSubject);
    const consent = await idOf(page, "Einvernehmen Hainbuchenhecke", consentSubject);
    const notice = await idOf(page, "Abhilfebescheid", noticeSubject);
    const closed = await idOf(page, "Wintergarten", closedSubject);
    const post = await isPostRead(page);
    if (pdf && mail && invoice && consent && notice && closed && post) {
      return {
        pdf: pdf.document_id,
        mail: mail.document_id,
        invoice: invoice.document_id,
        dossier: pdf.dossier_id,
        consent: consent.document_id,
        notice: notice.document_id,
        task: await deputyTask(page),
        closed: closed.dossier_id,
        erasure: await demoErasure(page),
      };
    }
    await page.waitForTimeout(200);
  }
  throw new Error("the demo's documents were not found");
}

const slipTab = (page) => page.getByRole("tab", { name: "Laufzettel" }).click();

// The erasure that the demo has proposed, and a closed file that nobody has.
const erasureTitle = "Feldweg Tannengrund, Wegebau (doppelt angelegt)";
const closedSubject = "Ersuchen um Einvernehmen, Wintergarten Lindengasse 3";
const closedTitle = "Anbau eines Wintergartens, Flurstück 988/1, Lindengasse 3";

async function demoErasure(page) {
  return page.evaluate(async (title) => {
    const { items } = await (await fetch("/api/v1/erasures")).json();
    return items.find((each) => each.objects[0].title === title)?.id;
  }, erasureTitle);
}

const proposeErasure = async (page) => {
  await page.getByRole("button", { name: "Weitere Aktionen" }).click();
  await page.getByRole("button", { name: "Zur Vernichtung vorschlagen …" }).click();
};

const planItem = (page) =>
  page.getByRole("treeitem").filter({ hasText: "Bau- und Wohnungswesen", visible: true });

const chooseUnit = async (page) => {
  await page.getByRole("button", { name: "Aktenplan", exact: true }).click();
  for (const name of ["6 Bau- und Wohnungswesen, Verkehr", "62 Bauleitplanung und Bauordnung"]) {
    await page.locator(".unit-choices").getByRole("button", { name, exact: true }).click();
  }
};

// Screens by name: how to get there, and what must be seen.
export const screens = [
  {
    name: "start",
    path: () => "/",
    seen: async (page) => {
      await see(page, freshSubject);
      await see(page, overdueSubject);
      await see(page, /für Rosa Stadler bis/);
    },
  },
  ...inboxScreens,
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
    name: "dossier-sorted",
    path: (demo) => `/dossiers/${demo.dossier}?sort=-subject`,
    seen: async (page) => {
      await see(page, pdfSubject);
      await page.locator('[aria-sort="descending"]').getByText("Betreff").waitFor();
    },
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
    name: "unit-above",
    path: () => "/files",
    act: (page) => planItem(page).first().click(),
    seen: (page) => page.locator(".sub-units").getByText("Bauleitplanung und Bauordnung").waitFor(),
  },
  {
    name: "document-pdf",
    path: (demo) => `/documents/${demo.pdf}`,
    seen: (page) => drawnPdf(page, /Doppelgarage/),
  },
  {
    name: "document-mail",
    path: (demo) => `/documents/${demo.mail}`,
    seen: async (page) => {
      await page.locator(".sheet").getByText(/Regenwasserzisterne/).first().waitFor();
      await page.locator(".sheet dt").getByText("Absender").waitFor();
    },
  },
  {
    name: "document-invoice",
    path: (demo) => `/documents/${demo.invoice}`,
    seen: async (page) => {
      await page.locator(".sheet dt").getByText("Zahlbetrag").waitFor();
      await page.locator(".sheet dd").getByText(/^[\d.]+,\d\d\s€$/).waitFor();
      if (!isNarrow(page)) await page.locator(".data-pane dt").getByText("Zahlbetrag").waitFor();
    },
  },
  {
    name: "document-versions",
    path: (demo) => `/documents/${demo.pdf}`,
    act: (page) => page.getByRole("tab", { name: "Versionen" }).click(),
    seen: async (page) => {
      await page.getByText("Version 1", { exact: true }).waitFor();
      await drawnPdf(page, /Doppelgarage/);
    },
  },
  {
    name: "document-edit",
    path: (demo) => `/documents/${demo.mail}`,
    act: (page) => page.getByRole("button", { name: "Angaben bearbeiten" }).click(),
    seen: (page) => page.getByLabel("Betreff").waitFor(),
  },
  {
    name: "document-slip",
    path: (demo) => `/documents/${demo.consent}`,
    act: slipTab,
    seen: async (page) => {
      await page.getByText("Einwendung Bergner ist gewürdigt, Hecke ist drin.").first().waitFor();
      await drawnPdf(page, /Mit freundlichen Grüßen/);
    },
  },
  {
    name: "document-slip-older",
    path: (demo) => `/documents/${demo.notice}`,
    act: async (page) => {
      await slipTab(page);
      await page.getByText("Alle Vermerke").click();
    },
    seen: (page) => page.getByText("gilt für Version 1").first().waitFor(),
  },
  {
    name: "new-routing",
    path: (demo) => `/documents/${demo.pdf}`,
    act: async (page) => {
      await page.locator(".pdf-text").getByText(/Doppelgarage/).first().waitFor();
      await page.keyboard.press("w");
      await page.getByRole("button", { name: "Schritt hinzufügen" }).click();
      await page.getByRole("combobox", { name: "Wer" }).last().fill("Rosa");
    },
    seen: (page) => page.getByText(/abwesend bis .*, vertreten durch Hilde Brandt/).waitFor(),
  },
  {
    name: "new-routing-template",
    path: (demo) => `/documents/${demo.pdf}`,
    act: async (page) => {
      await page.locator(".pdf-text").getByText(/Doppelgarage/).first().waitFor();
      await page.keyboard.press("w");
      await page.getByLabel("Laufweg").selectOption({ label: "Unterschrift" });
    },
    seen: (page) => page.getByRole("dialog").getByText("Berna Özdemir").waitFor(),
  },
  {
    name: "tasks",
    path: () => "/tasks",
    seen: async (page) => {
      await page.getByRole("option").filter({ hasText: overdueSubject }).waitFor();
      if (!isNarrow(page)) await page.getByRole("list", { name: "Schritte" }).waitFor();
    },
  },
  {
    name: "task-deputy",
    path: (demo) => `/tasks/${demo.task}`,
    seen: async (page) => {
      await page.getByText("Sie handeln i. V. für Rosa Stadler.").waitFor();
      await page.getByRole("button", { name: /^Erledigt/ }).waitFor();
    },
  },
  {
    name: "task-return",
    path: (demo) => `/tasks/${demo.task}`,
    act: (page) => page.getByRole("button", { name: /^Zurückgeben/ }).click(),
    seen: (page) => page.getByLabel("Was ist zu ändern?").waitFor(),
  },
  {
    name: "task-forward",
    path: (demo) => `/tasks/${demo.task}`,
    act: async (page) => {
      await page.getByRole("button", { name: /^Weiterleiten/ }).click();
      await page.getByRole("combobox", { name: "Weiterleiten an" }).fill("Pet");
    },
    seen: (page) => page.getByRole("option").filter({ hasText: "Levke Petersen" }).waitFor(),
  },
  {
    name: "substitutions",
    path: () => "/substitutions",
    seen: (page) => see(page, "für Rosa Stadler"),
  },
  {
    name: "erasures",
    path: () => "/erasures",
    seen: async (page) => {
      await see(page, erasureTitle);
      await see(page, "Wartet auf Freigabe");
      if (!isNarrow(page)) await see(page, /Hilde Brandt, \d/);
    },
  },
  {
    name: "erasure",
    path: (demo) => `/erasures/${demo.erasure}`,
    seen: async (page) => {
      await page.getByRole("heading", { level: 1 }).getByText(erasureTitle).waitFor();
      await see(page, /Sie haben diese Vernichtung vorgeschlagen/);
    },
  },
  {
    name: "erasure-propose",
    path: (demo) => `/dossiers/${demo.closed}`,
    act: proposeErasure,
    seen: async (page) => {
      const dialog = page.getByRole("dialog", { name: "Zur Vernichtung vorschlagen" });
      await dialog.getByText(closedTitle).waitFor();
      await dialog.getByText(/1 Akte · \d+ Dokumente/).waitFor();
    },
  },
  {
    name: "erasure-refused",
    path: (demo) => `/dossiers/${demo.dossier}`,
    act: proposeErasure,
    seen: (page) => page.getByRole("dialog").getByText("Die Akte ist nicht geschlossen.").waitFor(),
  },
  {
    name: "search",
    path: () => "/search?q=Widerspruch",
    seen: (page) => page.locator(".hit mark").first().waitFor(),
  },
  {
    name: "search-suggestions",
    path: () => "/search",
    act: async (page) => {
      await page.getByRole("combobox", { name: "Suchbegriffe" }).pressSequentially("mühl");
      await page.getByRole("option").first().waitFor();
      await page.keyboard.press("ArrowDown");
    },
    seen: (page) => page.locator('[role="option"][aria-selected="true"]').waitFor(),
  },
  {
    name: "search-corrected",
    path: () => "/search?q=Widersprcuh",
    seen: (page) => page.locator(".did-you-mean a").filter({ hasText: "Widerspruch" }).waitFor(),
  },
  {
    name: "search-facets",
    path: () => "/search?sort=newest",
    act: async (page) => {
      const narrowed = page.locator("details.facets summary");
      await page.locator(".hit-title").first().waitFor();
      if (await narrowed.count()) await narrowed.click();
    },
    seen: (page) => page.locator(".facet").first().getByRole("checkbox").first().waitFor(),
  },
  {
    name: "search-in-unit",
    path: () => "/search?q=Einvernehmen",
    act: async (page) => {
      await chooseUnit(page);
      await page.keyboard.press("Escape");
    },
    seen: async (page) => {
      await page.getByRole("button", { name: "Aktenplan: 62 Bauleitplanung und Bauordnung" }).waitFor();
      await see(page, /^62.*Mühlweg 4/);
    },
  },
  {
    name: "search-unit-choice",
    path: () => "/search?q=Einvernehmen",
    act: chooseUnit,
    seen: (page) => page.locator(".unit-choices").getByText("622 Bauanträge").waitFor(),
  },
  {
    name: "search-hit-menu",
    path: () => "/search?q=Widerspruch",
    act: async (page) => {
      await page.locator(".hit .popover-frame > button").first().click();
    },
    seen: (page) => page.locator(".menu").getByText("Ähnliche Dokumente").waitFor(),
  },
  {
    name: "search-similar",
    path: (demo) => `/search?like=${demo.notice}`,
    seen: (page) => page.locator(".hit-title").first().waitFor(),
  },
  {
    name: "search-keep",
    path: () => "/search?q=Widerspruch",
    act: async (page) => {
      await page.getByRole("button", { name: "Suche merken" }).click();
    },
    seen: (page) => page.getByRole("textbox", { name: "Name" }).waitFor(),
  },
  {
    name: "search-saved",
    path: () => "/search",
    act: keepSearch,
    seen: (page) => page.locator(".saved-searches .card").filter({ hasText: "Treffer" }).waitFor(),
  },
  {
    name: "document-at-hit",
    path: (demo) => `/documents/${demo.pdf}?page=1&q=Doppelgarage`,
    seen: (page) => page.locator(".pdf-mark").first().waitFor(),
  },
  {
    name: "text-at-hit",
    path: (demo) => `/documents/${demo.mail}?q=Entw%C3%A4sserungsplan`,
    seen: (page) => page.locator(".sheet mark").first().waitFor(),
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
      await page.getByRole("combobox", { name: "Suchen oder Befehl eingeben" }).fill("Mühlweg");
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
