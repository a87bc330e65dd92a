// A person (or an office) by a few letters, after the ARIA combobox pattern: the focus stays in the
// field, the current suggestion is its active descendant.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { type Choice, findChoices, type Kinds } from "../state/find_people.ts";
import { w } from "../text/workflow.ts";
import { Frame, tied } from "./field.tsx";
import { Initials } from "./initials.tsx";
import { MarkedWords } from "./marks.tsx";

interface PersonFieldProps {
  label: string;
  value: Choice | undefined;
  // undefined while what stands there names nobody.
  onChange: (next: Choice | undefined) => void;
  kinds?: Kinds;
  error?: string | undefined;
  focus?: boolean;
}

const typingMs = 120;

// What to choose from while `open`.
function useChoices(open: boolean, text: string, kinds: Kinds): Choice[] | undefined {
  const [found, setFound] = useState<Choice[]>();
  useEffect(() => {
    if (!open) {
      setFound(undefined);
      return undefined;
    }
    let wanted = true;
    const timer = setTimeout(() => {
      findChoices(text, kinds).then(
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

interface ListProps {
  id: string;
  label: string;
  choices: Choice[];
  at: number;
  query: string;
  onPick: (choice: Choice) => void;
}

function ChoiceList({ id, label, choices, at, query, onPick }: ListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView?.({ block: "nearest" });
  }, [at, choices]);
  return (
    <div class="person-list" id={`${id}-list`} role="listbox" aria-label={label} ref={list}>
      {choices.map((choice, index) => (
        <div
          key={choice.subject.id}
          id={`${id}-${index}`}
          class="person-choice"
          role="option"
          aria-selected={index === at}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(choice)}
        >
          <Initials name={choice.name} />
          <span class="person-text">
            <span>
              <MarkedWords text={choice.name} query={query} />
            </span>
            <span class="meta">{choice.note}</span>
          </span>
        </div>
      ))}
      {choices.length === 0 && <p class="person-none">{w().person.none}</p>}
    </div>
  );
}

export function PersonField(props: PersonFieldProps) {
  const { label, value, onChange, kinds = "people", error, focus } = props;
  const id = useId();
  const [text, setText] = useState(value?.name ?? "");
  const [open, setOpen] = useState(false);
  const [current, setCurrent] = useState(0);
  // Opened again over a name that was chosen, the list begins from the start.
  const query = value && text === value.name ? "" : text;
  const choices = useChoices(open, query, kinds);
  const at = Math.min(current, (choices?.length ?? 1) - 1);
  useEffect(() => {
    if (value) setText(value.name);
  }, [value?.subject.id]);

  const pick = (choice: Choice) => {
    setText(choice.name);
    setOpen(false);
    onChange(choice);
  };
  const leave = () => {
    setOpen(false);
    const named = choices?.find((each) => each.name.toLowerCase() === text.trim().toLowerCase());
    if (!value && named) pick(named);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = choices?.length ?? 0;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!open) setOpen(true);
      else if (count > 0) setCurrent((at + step + count) % count);
    } else if (event.key === "Enter" && open && choices?.[at] && !event.isComposing) {
      event.preventDefault();
      pick(choices[at]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
  return (
    <Frame id={id} label={label} error={error}>
      <div class="person-field">
        <input
          id={id}
          class="input"
          type="text"
          role="combobox"
          aria-expanded={open}
          aria-controls={open && choices ? `${id}-list` : undefined}
          aria-autocomplete="list"
          aria-activedescendant={open && choices?.[at] ? `${id}-${at}` : undefined}
          autocomplete="off"
          placeholder={w().person.hint}
          data-autofocus={focus || undefined}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setCurrent(0);
            setOpen(true);
            if (value) onChange(undefined);
          }}
          onClick={() => setOpen(true)}
          onKeyDown={onKeyDown}
          onBlur={leave}
          {...tied(id, error)}
        />
        {open && choices && (
          <ChoiceList id={id} label={label} choices={choices} at={at} query={query} onPick={pick} />
        )}
      </div>
      <span class="hidden-text" role="status">
        {open && choices ? w().person.found(choices.length) : ""}
      </span>
    </Frame>
  );
}
