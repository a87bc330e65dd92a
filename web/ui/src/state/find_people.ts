// Whom a text could mean: people by the beginnings of words of their names, and, where a task may
// also go to an office or group, those too.
import { type Assignee, findPeople, type Person } from "../api/workflow.ts";
import { formatDate } from "../text/format.ts";
import { w } from "../text/workflow.ts";
import { groups, loadPeople, nameOfPerson, nameOfUnit, orgUnits, rememberPeople } from "./people.ts";

export interface Choice {
  subject: Assignee;
  name: string;
  note: string;
}

export type Kinds = "people" | "people_and_units";

function absenceNote(person: Person): string {
  if (!person.absence) return "";
  const until = formatDate(person.absence.until);
  const deputies = person.absence.deputies.map(nameOfPerson).join(", ");
  return deputies ? w().person.awayWith(until, deputies) : w().person.away(until);
}

export const choiceOfPerson = (person: Person): Choice => ({
  subject: { kind: "user", id: person.id },
  name: person.display_name,
  note: [nameOfUnit(person.org_unit), absenceNote(person)].filter(Boolean).join(" · "),
});

function unitChoices(text: string): Choice[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (name: string) => words.every((word) => name.toLowerCase().includes(word));
  const choose = (kind: "org_unit" | "group", list: readonly { id: string; name: string }[], note: string) =>
    list
      .filter((each) => fits(each.name))
      .map((each) => ({ subject: { kind, id: each.id }, name: each.name, note }));
  return [
    ...choose("org_unit", orgUnits.value, w().person.unit),
    ...choose("group", groups.value, w().person.group),
  ];
}

const unitsMax = 6;

export async function findChoices(text: string, kinds: Kinds): Promise<Choice[]> {
  const found = (await findPeople(text.trim())).items;
  rememberPeople(found);
  await loadPeople(found.flatMap((person) => person.absence?.deputies ?? []));
  const units = kinds === "people" ? [] : unitChoices(text).slice(0, unitsMax);
  return [...found.map(choiceOfPerson), ...units];
}
