// The words of saved searches in English, a part of en.ts.
import type { Messages } from "./de.ts";

const count = (n: number, one: string, many: string) =>
  `${n.toLocaleString("en-GB")} ${n === 1 ? one : many}`;

export const savedEn: Messages["saved"] = {
  title: "Saved searches",
  keep: "Save search",
  keepTitle: "Save search",
  keptAs: (name) => `Saved as “${name}”`,
  name: "Name",
  nameMissing: "A saved search needs a name.",
  submit: "Save",
  kept: "Search saved",
  rename: "Rename",
  renameTitle: "Rename saved search",
  renamed: "Search renamed",
  remove: "Remove",
  removed: "Saved search removed",
  hits: (n, more) => `${more ? "at least " : ""}${count(n, "hit", "hits")}`,
  inUnit: (unit) => `in ${unit}`,
  fresh: (n, more) => `${more ? "at least " : ""}${count(n, "new", "new")}`,
};
