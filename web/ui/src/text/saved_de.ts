// The words of saved searches in German, a part of de.ts.
const count = (n: number, one: string, many: string) =>
  `${n.toLocaleString("de-DE")} ${n === 1 ? one : many}`;

export const savedDe = {
  title: "Gemerkte Suchen",
  keep: "Suche merken",
  keepTitle: "Suche merken",
  keptAs: (name: string) => `Gemerkt als „${name}“`,
  name: "Name",
  nameMissing: "Eine gemerkte Suche braucht einen Namen.",
  submit: "Merken",
  kept: "Suche gemerkt",
  rename: "Umbenennen",
  renameTitle: "Gemerkte Suche umbenennen",
  renamed: "Suche umbenannt",
  remove: "Nicht mehr merken",
  removed: "Suche nicht mehr gemerkt",
  hits: (n: number, more: boolean) =>
    `${more ? "mindestens " : ""}${count(n, "Treffer", "Treffer")}`,
  inUnit: (unit: string) => `in ${unit}`,
  fresh: (n: number, more: boolean) => `${more ? "mindestens " : ""}${count(n, "neu", "neu")}`,
};
