// The search's field with suggestions below, after the ARIA combobox pattern: the focus stays in the
// field, the current suggestion is its active descendant. Enter without one searches.
import { FileText, Folder, type LucideIcon, Search as SearchIcon } from "lucide-preact";
import type { Ref } from "preact";
import { useId, useState } from "preact/hooks";
import type { Suggestions } from "../api/types.ts";
import { Icon } from "../components/icon.tsx";
import { MarkedWords } from "../components/marks.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { useSuggestions } from "../state/suggestions.ts";
import { formatDate } from "../text/format.ts";
import { t } from "../text/messages.ts";

interface Choice {
  id: string;
  icon: LucideIcon;
  text: string;
  note: string;
  run: () => void;
}
interface Group {
  label: string;
  choices: Choice[];
}

function groupsOf(found: Suggestions | undefined, onSearch: (query: string) => void): Group[] {
  const words = t();
  const groups: Group[] = [
    {
      label: words.search.suggested,
      choices: (found?.queries ?? []).map((query) => ({
        id: `query-${query}`,
        icon: SearchIcon,
        text: query,
        note: "",
        run: () => onSearch(query),
      })),
    },
    {
      label: words.palette.dossiers,
      choices: (found?.dossiers ?? []).map((dossier) => ({
        id: dossier.id,
        icon: Folder,
        text: dossier.title,
        note: dossier.file_reference,
        run: () => navigate(pathOf("dossier", dossier.id)),
      })),
    },
    {
      label: words.palette.documents,
      choices: (found?.documents ?? []).map((document) => ({
        id: document.id,
        icon: FileText,
        text: document.subject,
        note: [words.types[document.type], formatDate(document.date), document.file_reference]
          .filter(Boolean)
          .join(" · "),
        run: () => navigate(pathOf("document", document.id)),
      })),
    },
  ];
  return groups.filter((group) => group.choices.length > 0);
}

interface ListProps {
  id: string;
  groups: Group[];
  chosen: Choice | undefined;
  query: string;
  onPick: (choice: Choice) => void;
}

const optionId = (id: string, choice: Choice) => `${id}-${choice.id.replace(/\W/g, "_")}`;

function SuggestionList({ id, groups, chosen, query, onPick }: ListProps) {
  return (
    <div class="suggestions" id={`${id}-list`} role="listbox" aria-label={t().search.suggestions}>
      {groups.map((group) => (
        <div key={group.label} role="group" aria-label={group.label}>
          <div class="palette-group" role="presentation">
            {group.label}
          </div>
          {group.choices.map((choice) => (
            <div
              key={choice.id}
              id={optionId(id, choice)}
              class="palette-entry"
              role="option"
              aria-selected={choice === chosen}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onPick(choice)}
            >
              <Icon of={choice.icon} />
              <span class="palette-text">
                <MarkedWords text={choice.text} query={query} />
              </span>
              <span class="palette-note">{choice.note}</span>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

interface SearchFieldProps {
  typed: string;
  onType: (typed: string) => void;
  onSearch: (query: string) => void;
  input: Ref<HTMLInputElement>;
}

export function SearchField({ typed, onType, onSearch, input }: SearchFieldProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  // None: Enter searches for what was typed.
  const [current, setCurrent] = useState(-1);
  const close = () => {
    setOpen(false);
    setCurrent(-1);
  };
  const pick = (choice: Choice) => {
    close();
    choice.run();
  };
  const groups = groupsOf(useSuggestions(open, typed), onSearch);
  const choices = groups.flatMap((group) => group.choices);
  const shown = open && choices.length > 0;
  const chosen = shown ? choices[current] : undefined;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown) {
      event.preventDefault();
      // Past either end lies the field itself.
      const places = choices.length + 1;
      setCurrent(((current + 1 + step + places) % places) - 1);
    } else if (step === 1) {
      event.preventDefault();
      setOpen(true);
    } else if (event.key === "Enter" && chosen && !event.isComposing) {
      event.preventDefault();
      pick(chosen);
    } else if (event.key === "Enter") {
      close();
    } else if (event.key === "Escape" && shown) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };
  return (
    <div class="search-box big">
      <Icon of={SearchIcon} />
      <label class="hidden-text" for={id}>
        {t().search.label}
      </label>
      <input
        id={id}
        ref={input}
        type="text"
        enterkeyhint="search"
        role="combobox"
        aria-expanded={shown}
        aria-controls={shown ? `${id}-list` : undefined}
        aria-autocomplete="list"
        aria-activedescendant={chosen ? optionId(id, chosen) : undefined}
        autocomplete="off"
        value={typed}
        onInput={(event) => {
          onType(event.currentTarget.value);
          setCurrent(-1);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      {shown && (
        <SuggestionList id={id} groups={groups} chosen={chosen} query={typed} onPick={pick} />
      )}
    </div>
  );
}
