// One of many by a few letters, after the ARIA combobox pattern: the focus stays in the field, the
// current suggestion is its active descendant.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useTypedAnswer } from "../state/typed_answer.ts";
import { Frame, tied } from "./field.tsx";

// What there is to choose from.
export interface ChoiceKind<Choice> {
  keyOf: (choice: Choice) => string;
  // As it stands in the field once it was chosen.
  nameOf: (choice: Choice) => string;
  find: (text: string) => Promise<Choice[]>;
  // Asked for from so many letters on.
  lettersMin: number;
  render: (choice: Choice, query: string) => ComponentChildren;
  words: { hint: string; none: string; found: (count: number) => string };
}

interface ChoiceFieldProps<Choice> {
  label: string;
  kind: ChoiceKind<Choice>;
  value: Choice | undefined;
  // undefined while what stands there names none.
  onChange: (next: Choice | undefined) => void;
  error?: string | undefined;
  focus?: boolean | undefined;
}

function useChoices<Choice>(open: boolean, text: string, kind: ChoiceKind<Choice>): Choice[] | undefined {
  const wants = open && text.trim().length >= kind.lettersMin;
  return useTypedAnswer(wants ? text : "", kind.find);
}

interface ListProps<Choice> {
  id: string;
  label: string;
  kind: ChoiceKind<Choice>;
  choices: Choice[];
  at: number;
  query: string;
  onPick: (choice: Choice) => void;
}

function ChoiceList<Choice>({ id, label, kind, choices, at, query, onPick }: ListProps<Choice>) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView?.({ block: "nearest" });
  }, [at, choices]);
  return (
    <div class="choice-list" id={`${id}-list`} role="listbox" aria-label={label} ref={list}>
      {choices.map((choice, index) => (
        <div
          key={kind.keyOf(choice)}
          id={`${id}-${index}`}
          class="choice-option"
          role="option"
          aria-selected={index === at}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(choice)}
        >
          {kind.render(choice, query)}
        </div>
      ))}
      {choices.length === 0 && <p class="choice-none">{kind.words.none}</p>}
    </div>
  );
}

export function ChoiceField<Choice>(props: ChoiceFieldProps<Choice>) {
  const { label, kind, value, onChange, error, focus } = props;
  const id = useId();
  const name = value ? kind.nameOf(value) : "";
  const [text, setText] = useState(name);
  const [open, setOpen] = useState(false);
  const [current, setCurrent] = useState(0);
  // Opened again over what was chosen, the list begins from the start.
  const query = value && text === name ? "" : text;
  const choices = useChoices(open, query, kind);
  const at = Math.min(current, (choices?.length ?? 1) - 1);
  useEffect(() => {
    if (value) setText(name);
  }, [value && kind.keyOf(value)]);

  const pick = (choice: Choice) => {
    setText(kind.nameOf(choice));
    setOpen(false);
    onChange(choice);
  };
  // What was typed in full is meant.
  const leave = () => {
    setOpen(false);
    const typed = text.trim().toLowerCase();
    const named = choices?.find((each) => kind.nameOf(each).toLowerCase() === typed);
    if (!value && named) pick(named);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = choices?.length ?? 0;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const takes = event.key === "Enter" && !event.ctrlKey && !event.isComposing;
    if (step) {
      event.preventDefault();
      if (!open) setOpen(true);
      else if (count > 0) setCurrent((at + step + count) % count);
    } else if (takes && open && choices?.[at]) {
      event.preventDefault();
      pick(choices[at]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
  const isShown = open && choices !== undefined;
  return (
    <Frame id={id} label={label} error={error}>
      <div class="choice-field">
        <input
          id={id}
          class="input"
          type="text"
          role="combobox"
          aria-expanded={isShown}
          aria-controls={isShown ? `${id}-list` : undefined}
          aria-autocomplete="list"
          aria-activedescendant={isShown && choices[at] ? `${id}-${at}` : undefined}
          autocomplete="off"
          placeholder={kind.words.hint}
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
        {isShown && (
          <ChoiceList
            id={id}
            label={label}
            kind={kind}
            choices={choices}
            at={at}
            query={query}
            onPick={pick}
          />
        )}
      </div>
      <span class="hidden-text" role="status">
        {isShown ? kind.words.found(choices.length) : ""}
      </span>
    </Frame>
  );
}
