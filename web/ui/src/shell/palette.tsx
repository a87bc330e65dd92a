// Ctrl+K: commands, places in the filing plan, dossiers and documents by a few letters.
import {
  Archive,
  CornerDownLeft,
  FileText,
  Folder,
  FolderTree,
  type LucideIcon,
  Search,
  Zap,
} from "lucide-preact";
import { useId, useRef, useState } from "preact/hooks";
import { search } from "../api/objects.ts";
import type { Hit } from "../api/types.ts";
import { Dialog } from "../components/dialog.tsx";
import { Icon } from "../components/icon.tsx";
import { MarkedWords } from "../components/marks.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { plan } from "../state/plan.ts";
import { recent } from "../state/recent.ts";
import { useTypedAnswer } from "../state/typed_answer.ts";
import { paletteOpen } from "../state/ui.ts";
import { fileKind, formatDate } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { commands } from "./commands.ts";

export interface Entry {
  id: string;
  group: string;
  icon: LucideIcon;
  text: string;
  note: string;
  run: () => void;
}

const hitsMax = 6;
const lettersMin = 2;

const fits = (text: string, words: string[]) => {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
};

// The dossiers of the hits and of what was opened last, each once, whose name the words fit.
function dossierEntries(words: string[], hits: Hit[]): Entry[] {
  const found = new Map<string, { title: string; note: string }>();
  for (const item of recent.value) {
    if (item.kind === "dossier") found.set(item.id, { title: item.title, note: item.note });
  }
  for (const hit of hits) {
    if (!hit.dossier_title) continue;
    found.set(hit.dossier_id, { title: hit.dossier_title, note: hit.file_reference ?? "" });
  }
  return [...found]
    .filter(([, dossier]) => fits(`${dossier.title} ${dossier.note}`, words))
    .slice(0, 4)
    .map(([id, dossier]) => ({
      id: `dossier-${id}`,
      group: t().palette.dossiers,
      icon: Folder,
      text: dossier.title,
      note: dossier.note,
      run: () => navigate(pathOf("dossier", id)),
    }));
}

export function entriesFor(query: string, hits: Hit[]): Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const commandEntries = commands()
    .filter((command) => words.length === 0 || fits(command.text, words))
    .map((command) => ({ ...command, group: t().palette.commands, icon: Zap, note: "" }));
  if (words.length === 0) return [...dossierEntries([], []), ...commandEntries];
  const units = (plan.value?.units ?? [])
    .filter((unit) => fits(`${unit.code} ${unit.title}`, words))
    .slice(0, 4)
    .map((unit) => ({
      id: `unit-${unit.id}`,
      group: t().palette.units,
      icon: unit.leaf ? Archive : FolderTree,
      text: unit.title,
      note: unit.code,
      run: () => navigate(pathOf("unit", unit.id)),
    }));
  const documents = hits.slice(0, hitsMax).map((hit) => ({
    id: `document-${hit.document_id}`,
    group: t().palette.documents,
    icon: FileText,
    text: hit.subject,
    note: [fileKind(hit.mime_type), formatDate(hit.date), hit.file_reference]
      .filter(Boolean)
      .join(" · "),
    run: () => navigate(pathOf("document", hit.document_id)),
  }));
  return [...dossierEntries(words, hits), ...documents, ...units, ...commandEntries.slice(0, 5)];
}

// A search that fails leaves the palette with what the page knows itself.
function usePaletteSearch(query: string): { hits: Hit[]; total: number } {
  const page = useTypedAnswer(query.trim().length < lettersMin ? "" : query, (typed, signal) =>
    search({ q: typed }, undefined, hitsMax, signal),
  );
  return { hits: page?.items ?? [], total: page?.total_estimate ?? 0 };
}

function PaletteWindow({ onClose }: { onClose: () => void }) {
  const id = useId();
  const [query, setQuery] = useState("");
  const [current, setCurrent] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const { hits, total } = usePaletteSearch(query);
  const entries = entriesFor(query, hits);
  const at = Math.min(current, Math.max(0, entries.length - 1));
  const chosen = entries[at];

  const run = (entry: Entry | undefined) => {
    onClose();
    if (entry) entry.run();
    else navigate(pathOf("search", "", { q: query }));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && entries.length > 0) {
      event.preventDefault();
      const next = (at + step + entries.length) % entries.length;
      setCurrent(next);
      list.current?.querySelector(`#${CSS.escape(`${id}-${next}`)}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      run(event.altKey ? undefined : chosen);
    }
  };
  return (
    <Dialog title={t().palette.title} look="palette" onClose={onClose}>
      <div class="palette-input">
        <Icon of={Search} />
        <input
          data-autofocus
          type="text"
          role="combobox"
          aria-label={t().palette.title}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={chosen ? `${id}-${at}` : undefined}
          autocomplete="off"
          value={query}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setCurrent(0);
          }}
          onKeyDown={onKeyDown}
        />
        <kbd>Esc</kbd>
      </div>
      <div class="palette-list" id={`${id}-list`} role="listbox" aria-label={t().palette.title} ref={list}>
        {entries.map((entry, index) => (
          <div key={entry.id} role="presentation">
            {entry.group !== entries[index - 1]?.group && (
              <div class="palette-group" role="presentation">
                {entry.group}
              </div>
            )}
            <div
              id={`${id}-${index}`}
              class="palette-entry"
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onMouseMove={() => setCurrent(index)}
              onClick={() => run(entry)}
            >
              <Icon of={entry.icon} />
              <span class="palette-text">
                <MarkedWords text={entry.text} query={query} />
              </span>
              <span class="palette-note">{entry.note}</span>
              {index === at && <Icon of={CornerDownLeft} size={14} />}
            </div>
          </div>
        ))}
      </div>
      {entries.length === 0 && <p class="palette-none">{t().palette.none}</p>}
      <footer class="palette-foot">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> {t().palette.choose}
        </span>
        <span>
          <kbd>↵</kbd> {t().palette.open}
        </span>
        {query.trim() !== "" && (
          <button type="button" class="link-button" onClick={() => run(undefined)}>
            {total > 0 ? t().palette.all(total) : t().palette.allShort} <kbd>Alt ↵</kbd>
          </button>
        )}
      </footer>
    </Dialog>
  );
}

export function Palette() {
  if (!paletteOpen.value) return null;
  return (
    <PaletteWindow
      onClose={() => {
        paletteOpen.value = false;
      }}
    />
  );
}
