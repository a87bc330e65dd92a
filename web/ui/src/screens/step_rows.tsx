// The steps of a way put together by hand. They are moved by buttons, so the keyboard does all of it.
import { ArrowDown, ArrowUp, X } from "lucide-preact";
import { useEffect, useRef } from "preact/hooks";
import { type Directive, directives } from "../api/workflow.ts";
import { IconButton } from "../components/button.tsx";
import { optionsOf, SelectField, TextField } from "../components/field.tsx";
import { PersonField } from "../components/person_field.tsx";
import type { Choice } from "../state/find_people.ts";
import { t } from "../text/messages.ts";
import { w } from "../text/workflow.ts";

export interface Row {
  key: number;
  directive: Directive;
  who: Choice | undefined;
  due: string;
  instruction: string;
  // At the same time as the row before.
  beside: boolean;
}

let nextKey = 1;

export const newRow = (): Row => ({
  key: nextKey++,
  directive: "co_sign",
  who: undefined,
  due: "",
  instruction: "",
  beside: false,
});

interface RowProps {
  row: Row;
  index: number;
  count: number;
  asked: boolean;
  // By field: "assignee", "instruction", "due_on".
  error: (field: string) => string | undefined;
  onChange: (next: Partial<Row>) => void;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
}

function StepRow(props: RowProps) {
  const { row, index, count, asked, error, onChange, onMove, onRemove } = props;
  const words = w().start;
  const missing = asked && !row.who ? w().decide.personMissing : undefined;
  return (
    <fieldset class={row.beside && index > 0 ? "step-row beside" : "step-row"}>
      <legend>{words.step(index + 1)}</legend>
      <span class="step-row-tools">
        {index > 0 && (
          <IconButton icon={ArrowUp} label={words.up(index + 1)} onClick={() => onMove(-1)} />
        )}
        {index < count - 1 && (
          <IconButton icon={ArrowDown} label={words.down(index + 1)} onClick={() => onMove(1)} />
        )}
        {count > 1 && <IconButton icon={X} label={words.remove(index + 1)} onClick={onRemove} />}
      </span>
      <div class="two">
        <SelectField
          label={words.directive}
          value={row.directive}
          options={optionsOf(directives, t().directives)}
          onChange={(directive) => onChange({ directive })}
        />
        <PersonField
          label={words.assignee}
          kinds="people_and_units"
          value={row.who}
          onChange={(who) => onChange({ who })}
          error={error("assignee") ?? missing}
        />
      </div>
      <div class="two wide-first">
        <TextField
          label={words.instruction}
          value={row.instruction}
          onInput={(instruction) => onChange({ instruction })}
          optional
          error={error("instruction")}
        />
        <TextField
          label={words.due}
          type="date"
          value={row.due}
          onInput={(due) => onChange({ due })}
          optional
          error={error("due_on")}
        />
      </div>
      {index > 0 && (
        <label class="choice">
          <input
            type="checkbox"
            checked={row.beside}
            onChange={(event) => onChange({ beside: event.currentTarget.checked })}
          />
          {words.beside}
        </label>
      )}
    </fieldset>
  );
}

interface StepRowsProps {
  rows: Row[];
  onChange: (next: Row[]) => void;
  asked: boolean;
  // By "row/field".
  errors: Record<string, string>;
}

export function StepRows({ rows, onChange, asked, errors }: StepRowsProps) {
  const list = useRef<HTMLDivElement>(null);
  const before = useRef(rows.length);
  // The focus goes to a new row, and where one was removed to the one that follows.
  useEffect(() => {
    const grown = rows.length > before.current;
    const shrunk = rows.length < before.current;
    before.current = rows.length;
    if (!grown && !shrunk) return;
    if (shrunk && document.activeElement !== document.body) return;
    list.current?.lastElementChild?.querySelector<HTMLElement>("select")?.focus();
  }, [rows.length]);
  const move = (index: number, by: 1 | -1) => {
    const next = [...rows];
    const [row] = next.splice(index, 1);
    if (row) next.splice(index + by, 0, row);
    onChange(next);
  };
  return (
    <div class="step-rows" ref={list}>
      {rows.map((row, index) => (
        <StepRow
          key={row.key}
          row={row}
          index={index}
          count={rows.length}
          asked={asked}
          error={(field) => errors[`${index}/${field}`]}
          onChange={(next) => onChange(rows.map((each, i) => (i === index ? { ...each, ...next } : each)))}
          onMove={(by) => move(index, by)}
          onRemove={() => onChange(rows.filter((_, i) => i !== index))}
        />
      ))}
    </div>
  );
}
