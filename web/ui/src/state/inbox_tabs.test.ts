import { beforeEach, expect, it } from "vitest";
import type { Inbox } from "../api/inbox.ts";
import { chooseLanguage } from "../text/messages.ts";
import { isWaiting, pathIn, searched, tabsIn } from "./inbox_tabs.ts";
import { basketCount, inboxes } from "./inboxes.ts";

const inbox = (id: string, name: string): Inbox => ({
  id,
  revision: 1,
  name,
  org_unit_id: "o1",
  rights: ["see"],
  waiting: 4,
});

beforeEach(() => {
  chooseLanguage("de");
  inboxes.value = [inbox("b1", "Posteingang Bauamt"), inbox("b2", "Posteingang Hauptamt")];
  basketCount.value = 2;
});

const opened = (query: string) => {
  const { tabs, tab } = tabsIn(new URLSearchParams(query));
  return { labels: tabs.map(({ label }) => label), name: tab?.name, filter: tab?.filter };
};

it("opens the tray that the address names, else the first", () => {
  expect(opened("").name).toBe("b1");
  expect(opened("tab=filed").filter).toEqual({ state: "filed" });
  expect(opened("tab=all").name).toBe("b1");
  expect(opened("").labels).toEqual(["Bauamt", "Hauptamt", "Mein Korb", "Verteilt", "Erledigt", "Papierkorb"]);
});

it("searches the open tray, where something waits in it, else all of them", () => {
  expect(opened("tab=b2&q=Kita").filter).toEqual({ inbox: "b2", q: "Kita" });
  expect(opened("tab=mine&q=Kita").filter).toEqual({ mine: "true", q: "Kita" });
  for (const tab of ["tab=all&", "tab=distributed&", "tab=filed&", ""]) {
    expect(opened(`${tab}q=Kita`)).toMatchObject({ name: "all", filter: { q: "Kita" } });
  }
  expect(opened("q=Kita").labels).toEqual(["Bauamt", "Hauptamt", "Mein Korb", "Alle"]);
  expect(opened("q=+").name).toBe("b1");
});

it("counts in no tray what waits there while something is searched for", () => {
  const counts = (query: string) => tabsIn(new URLSearchParams(query)).tabs.map(({ count }) => count);
  expect(counts("").slice(0, 3)).toEqual([4, 4, 2]);
  expect(counts("q=Kita")).toEqual([undefined, undefined, undefined, undefined]);
});

it("has no field for what has left the trays", () => {
  const { tabs } = tabsIn(new URLSearchParams());
  expect(tabs.filter(isWaiting).map(({ name }) => name)).toEqual(["b1", "b2", "mine", "distributed"]);
});

it("keeps the search in the addresses of the tray and of what lies in it", () => {
  const { tab } = tabsIn(new URLSearchParams("tab=b2&q=Kita+Hort"));
  if (!tab) throw new Error("no tab");
  expect(pathIn(tab)).toBe("/inbox?tab=b2&q=Kita+Hort");
  expect(pathIn(tab, "i1")).toBe("/inbox/i1?tab=b2&q=Kita+Hort");
  expect(pathIn(searched(tab, ""), "i1")).toBe("/inbox/i1?tab=b2");
});
