// Names behind ids: people and org units as the slips and tasks name them. Whoever draws an unknown id
// has it asked for, all ids of one drawing in one request, and is drawn again with the name.
import { signal } from "@preact/signals";
import { listOrgUnits } from "../api/objects.ts";
import { session } from "../api/session.ts";
import type { OrgUnit } from "../api/types.ts";
import { type Assignee, getPeople, listGroups, type Person } from "../api/workflow.ts";

const idsMax = 100; // the server's bound

export const people = signal<ReadonlyMap<string, Person>>(new Map());
export const orgUnits = signal<readonly OrgUnit[]>([]);
export const groups = signal<readonly { id: string; name: string }[]>([]);
const asked = new Set<string>();
let waiting: string[] = [];

export function rememberPeople(found: readonly Person[]): void {
  const next = new Map(people.peek());
  for (const person of found) next.set(person.id, person);
  people.value = next;
}

async function askWaiting(): Promise<void> {
  const ids = waiting;
  waiting = [];
  for (let begin = 0; begin < ids.length; begin += idsMax) {
    const some = ids.slice(begin, begin + idsMax);
    try {
      rememberPeople((await getPeople(some)).items);
    } catch {
      // The next drawing asks again.
      for (const id of some) asked.delete(id);
    }
  }
}

// Resolves when all of them are known whom the server knows.
export async function loadPeople(ids: readonly string[]): Promise<void> {
  const unknown = ids.filter((id) => !people.peek().has(id)).slice(0, idsMax);
  if (unknown.length > 0) rememberPeople((await getPeople(unknown)).items);
}

export function personOf(id: string): Person | undefined {
  const person = people.value.get(id);
  if (!person && id !== "" && !asked.has(id)) {
    asked.add(id);
    waiting.push(id);
    if (waiting.length === 1) queueMicrotask(() => void askWaiting());
  }
  return person;
}

export const nameOfPerson = (id: string | undefined): string =>
  id ? (personOf(id)?.display_name ?? "…") : "";

export function nameOf(subject: Assignee | undefined): string {
  if (!subject) return "";
  if (subject.kind === "user") return nameOfPerson(subject.id);
  const named = subject.kind === "group" ? groups.value : orgUnits.value;
  return named.find((each) => each.id === subject.id)?.name ?? "…";
}

export const nameOfUnit = (id: string | undefined): string =>
  orgUnits.value.find((unit) => unit.id === id)?.name ?? "";

// Once a session: the org units, and the groups for whom may list them.
export async function loadUnits(): Promise<void> {
  const [units, named] = await Promise.all([
    listOrgUnits(),
    session.peek()?.user.system_administrator ? listGroups() : { items: [] },
  ]);
  orgUnits.value = units.items;
  groups.value = named.items;
}
