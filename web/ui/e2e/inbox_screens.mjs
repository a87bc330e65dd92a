// The screens of the inbox (screens.mjs).
import { drawnPdf, isNarrow, see } from "./seen.mjs";

// Waits in the main office's inbox, and names its file.
export const inboxSubject =
  "Verkürzte Öffnungszeiten im Kindergarten Sonnenblume: Bitte um Stellungnahme";
// In its text and in that of another one there.
const inboxWord = "Elternbeirat";

// Whether its text is read and found.
export const isPostRead = (page) =>
  page.evaluate(
    async ([q, wanted]) => {
      const { items } = await (await fetch(`/api/v1/inbox?q=${encodeURIComponent(q)}`)).json();
      return items.some((item) => item.subject === wanted);
    },
    [inboxWord, inboxSubject],
  );

export const inboxScreens = [
  {
    name: "inbox",
    path: () => "/inbox",
    seen: async (page) => {
      await page.locator(".inbox-row").getByText(inboxSubject).waitFor();
      if (!isNarrow(page)) await see(page, "Vorgeschlagene Akte");
    },
  },
  {
    name: "inbox-item",
    path: () => "/inbox",
    act: (page) => page.locator(".inbox-row").getByText(inboxSubject).click(),
    seen: async (page) => {
      await page.getByText("„Ihr Zeichen“ im Schreiben stimmt überein").waitFor();
      await drawnPdf(page, "Elternbeirat");
    },
  },
  {
    name: "inbox-mail",
    path: () => "/inbox",
    act: (page) => page.locator(".inbox-row").getByText(/^Öffnungszeiten Sonnenblume/).first().click(),
    seen: async (page) => {
      await page.locator(".sheet dt").getByText("Absender").waitFor();
      await page.locator(".sheet").getByText(/zwei weitere Familien gemeldet/).waitFor();
    },
  },
  {
    name: "inbox-other",
    path: () => "/inbox",
    act: async (page) => {
      await page.locator(".inbox-row").getByText("Hallenbelegung").click();
      await page.getByRole("button", { name: /Andere Akte wählen/ }).click();
      await page.getByRole("combobox", { name: "Akte" }).fill("Vereinszuschuss");
    },
    seen: (page) => page.locator(".choice-list").getByText(/Musikverein Harmonie/).waitFor(),
  },
  {
    name: "inbox-distribute",
    path: () => "/inbox",
    act: async (page) => {
      const marks = page.locator(".inbox-mark");
      await marks.nth(1).click();
      await marks.nth(3).click();
      await page.locator(".inbox-marks").getByRole("button", { name: "Weiterleiten" }).click();
      await page.getByRole("combobox", { name: "An" }).fill("Rosa");
    },
    seen: (page) => page.getByRole("option", { name: /Rosa Stadler/ }).waitFor(),
  },
  {
    name: "inbox-empty",
    path: () => "/inbox?tab=discarded",
    seen: (page) => see(page, "Der Papierkorb ist leer"),
  },
  {
    name: "inbox-found",
    path: () => `/inbox?q=${inboxWord}`,
    seen: async (page) => {
      await page.locator(".inbox-row .snippet mark").first().waitFor();
      if (!isNarrow(page)) await page.locator(".pdf-mark").first().waitFor();
    },
  },
  {
    name: "inbox-none-found",
    path: () => "/inbox?q=Quastenflosser",
    seen: (page) => see(page, "Nichts gefunden zu „Quastenflosser“"),
  },
];
