// A dossier by a few letters, after the ARIA combobox pattern: the focus stays in the field, the current
// suggestion is its active descendant.
import { useEffect, useId, useState } from "preact/hooks";
import { type DossierChoice, findDossiers } from "../state/dossier_choices.ts";
import { post } from "../text/inbox.ts";
import { Frame, tied } from "./field.tsx";
import { MarkedWords } from "./marks.tsx";

interface DossierFieldProps {
  value: DossierChoice | undefined;
  // undefined while what stands there names none.
  onChange: (next: DossierChoice | undefined) => void;
  error?: string | undefined;
}

const typingMs = 150;
const nameOf = (choice: DossierChoice) => `${choice.reference} ${choice.title}`;

function useChoices(open: boolean, text: string): DossierChoice[] | undefined {
  const [found, setFound] = useState<DossierChoice[]>();
  useEffect(() => {
    if (!open || text.trim().length < 2) {
      setFound(undefined);
      return undefined;
    }
    let wanted = true;
    const timer = setTimeout(() => {
      findDossiers(text).then(
        (next) => wanted && setFound(next),
        () => wanted && setFound([]),
      );
    }, typingMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [open, text]);
  return found;
}

export function DossierField({ value, onChange, error }: DossierFieldProps) {
  const id = useId();
  const [text, setText] = useState(value ? nameOf(value) : "");
  const [open, setOpen] = useState(false);
  const [current, setCurrent] = useState(0);
  const choices = useChoices(open, value ? "" : text);
  const at = Math.min(current, (choices?.length ?? 1) - 1);
  const pick = (choice: DossierChoice) => {
    setText(nameOf(choice));
    setOpen(false);
    onChange(choice);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = choices?.length ?? 0;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!open) setOpen(true);
      else if (count > 0) setCurrent((at + step + count) % count);
    } else if (event.key === "Enter" && !event.ctrlKey && open && choices?.[at]) {
      event.preventDefault();
      pick(choices[at]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
  return (
    <Frame id={id} label={post().dossier} error={error}>
      <div class="person-field">
        <input
          id={id}
          class="input"
          type="text"
          role="combobox"
          aria-expanded={open && choices !== undefined}
          aria-controls={open && choices ? `${id}-list` : undefined}
          aria-autocomplete="list"
          aria-activedescendant={open && choices?.[at] ? `${id}-${at}` : undefined}
          autocomplete="off"
          placeholder={post().dossierHint}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setCurrent(0);
            setOpen(true);
            if (value) onChange(undefined);
          }}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
          {...tied(id, error)}
        />
        {open && choices && (
          <div class="person-list" id={`${id}-list`} role="listbox" aria-label={post().dossier}>
            {choices.map((choice, index) => (
              <div
                key={choice.id}
                id={`${id}-${index}`}
                class="person-choice"
                role="option"
                aria-selected={index === at}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => pick(choice)}
              >
                <span class="person-text">
                  <span>
                    <MarkedWords text={choice.title} query={text} />
                  </span>
                  <span class="meta figures">{choice.reference}</span>
                </span>
              </div>
            ))}
            {choices.length === 0 && <p class="person-none">{post().dossierNone}</p>}
          </div>
        )}
      </div>
      <span class="hidden-text" role="status">
        {open && choices ? post().dossierFound(choices.length) : ""}
      </span>
    </Frame>
  );
}
