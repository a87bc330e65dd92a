// The words of the chosen language. Components read t() while rendering and so follow a change.
import { effect, signal } from "@preact/signals";
import { stored } from "../state/stored.ts";
import { de, type Messages } from "./de.ts";
import { en } from "./en.ts";

export type Language = "de" | "en";

const words: Record<Language, Messages> = { de, en };

function first(): Language {
  const kept = stored.read<Language>("language");
  if (kept === "de" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "de";
}

export const language = signal<Language>(first());

export function chooseLanguage(next: Language): void {
  language.value = next;
  stored.write("language", next);
}

export const t = (): Messages => words[language.value];

effect(() => {
  document.documentElement.lang = language.value;
});
