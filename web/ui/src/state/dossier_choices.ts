// Which dossiers a text could mean: those of found documents, and those of the filing plan's units whose
// code or title it names, so that a dossier is found that nothing lies in yet.
import { listDossiers, search } from "../api/objects.ts";
import type { Unit } from "../api/types.ts";
import { plan } from "./plan.ts";

export interface DossierChoice {
  id: string;
  reference: string;
  title: string;
}

const choicesMax = 8;
const unitsMax = 3;
const hitsMax = 20;

const wordsOf = (text: string) => text.toLowerCase().split(/\s+/).filter(Boolean);
const fits = (text: string, words: string[]) =>
  words.every((word) => text.toLowerCase().includes(word));

// "621.41-2026/014" names the unit 621.41; so does "bebauung".
function unitsNamed(text: string, words: string[]): Unit[] {
  const leaves = (plan.value?.units ?? []).filter((unit) => unit.leaf);
  const byCode = leaves.filter((unit) => text.startsWith(unit.code));
  const byTitle = leaves.filter((unit) => fits(`${unit.code} ${unit.title}`, words));
  return [...new Set([...byCode, ...byTitle])].slice(0, unitsMax);
}

export async function findDossiers(typed: string): Promise<DossierChoice[]> {
  const text = typed.trim();
  if (text.length < 2) return [];
  const words = wordsOf(text);
  const units = unitsNamed(text, words);
  const [hits, ...lists] = await Promise.all([
    search({ q: text }, undefined, hitsMax),
    ...units.map((unit) => listDossiers(unit.id, undefined, hitsMax)),
  ]);
  const found = new Map<string, DossierChoice>();
  for (const { items } of lists) {
    const named = items.filter((each) => fits(`${each.file_reference} ${each.title}`, words));
    for (const each of named.length > 0 ? named : items) {
      if (each.status !== "open") continue;
      found.set(each.id, { id: each.id, reference: each.file_reference, title: each.title });
    }
  }
  for (const hit of hits.items) {
    if (!hit.dossier_title) continue;
    const { dossier_id: id, file_reference: reference = "", dossier_title: title } = hit;
    found.set(id, { id, reference, title });
  }
  return [...found.values()].slice(0, choicesMax);
}
