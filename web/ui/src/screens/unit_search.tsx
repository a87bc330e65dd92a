// Searching below a place in the filing plan: the field that leads there, and the chip that says
// which place the search is narrowed to, with the places above and below it to go to.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Unit } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { FilterChip } from "../components/chip.tsx";
import { SearchBox } from "../components/search_box.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { childUnits, nameOfUnit, pathOfUnit, plan } from "../state/plan.ts";
import { t } from "../text/messages.ts";

// Without words it leads to all that lies below the unit.
export function UnitSearch({ unit }: { unit: Unit }) {
  const [typed, setTyped] = useState("");
  const words = t();
  return (
    <form
      class="toolbar"
      role="search"
      aria-label={words.files.searchBelow}
      onSubmit={(event) => {
        event.preventDefault();
        navigate(pathOf("search", "", { q: typed.trim(), unit: unit.id }));
      }}
    >
      <SearchBox
        label={words.files.searchBelow}
        typed={typed}
        onType={setTyped}
        onClear={() => setTyped("")}
      />
      <Button type="submit">{words.search.submit}</Button>
    </form>
  );
}

interface UnitChoiceProps {
  name: string;
  level: number;
  isChosen: boolean;
  onChoose: () => void;
}

function UnitChoice({ name, level, isChosen, onChoose }: UnitChoiceProps) {
  return (
    <li style={{ "--level": String(level) }}>
      <button type="button" aria-current={isChosen ? "true" : undefined} onClick={onChoose}>
        {name}
      </button>
    </li>
  );
}

// What stands for a unit that the plan does not have, or not yet.
const namelessUnit = () => (plan.value ? t().search.unknownUnit : "…");

interface UnitChipProps {
  // An id; "" is the whole plan.
  unit: string;
  onChange: (unit: string) => void;
}

function UnitChoices({ unit, onChange }: UnitChipProps) {
  const words = t().search;
  const list = useRef<HTMLUListElement>(null);
  const above = pathOfUnit(unit);
  const below = childUnits.value.get(above.at(-1)?.id ?? "") ?? [];
  const shown = useRef(unit);
  // What was pressed stands elsewhere then: the focus goes with it.
  useLayoutEffect(() => {
    if (shown.current !== unit) list.current?.querySelector<HTMLElement>("[aria-current]")?.focus();
    shown.current = unit;
  }, [unit]);
  const choice = (each: Unit, level: number) => (
    <UnitChoice
      key={each.id}
      name={nameOfUnit(each.id) ?? ""}
      level={level}
      isChosen={each.id === unit}
      onChoose={() => onChange(each.id)}
    />
  );
  return (
    <ul class="unit-choices" aria-label={words.facets.unit} ref={list}>
      <UnitChoice
        name={words.wholePlan}
        level={0}
        isChosen={unit === ""}
        onChoose={() => onChange("")}
      />
      {above.map((each, i) => choice(each, i + 1))}
      {below.map((each) => choice(each, above.length + 1))}
    </ul>
  );
}

export function UnitChip({ unit, onChange }: UnitChipProps) {
  const chosen = unit && (nameOfUnit(unit) ?? namelessUnit());
  return (
    <FilterChip label={t().search.facets.unit} chosen={chosen} onClear={() => onChange("")}>
      <UnitChoices unit={unit} onChange={onChange} />
    </FilterChip>
  );
}
