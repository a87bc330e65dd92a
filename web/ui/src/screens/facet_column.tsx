// The hits counted by type, status, year, sender and place in the filing plan; a click narrows the
// search, another takes it back.
import type { DocumentStatus, DocumentType, Facet, FacetName } from "../api/types.ts";
import { narrow } from "../state/narrow.ts";
import { nameOfUnit, pathOfUnit, unitsById } from "../state/plan.ts";
import { formatNumber } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { listOf } from "./dossier_filters.tsx";

export const facetNames: FacetName[] = ["type", "status", "year", "sender", "unit"];
const shownMax = 8;

export interface FacetFilter {
  type: string;
  status: string;
  sender: string;
  unit: string;
  from: string;
  to: string;
}

// What a value is called; undefined for what the page knows no name of.
function nameOf(facet: FacetName, value: string): string | undefined {
  if (facet === "type") return t().types[value as DocumentType];
  if (facet === "status") return t().statuses[value as DocumentStatus];
  return facet === "unit" ? nameOfUnit(value) : value;
}

// Below a unit that holds others, the chip above says which it is: here stands what is found there.
function narrowsUnit(value: Facet["values"][number], chosen: string): boolean {
  const unit = unitsById.value.get(chosen);
  if (!unit || unit.leaf) return true;
  return value.count > 0 && pathOfUnit(value.value).includes(unit);
}

const yearOf = (filter: FacetFilter) => {
  const year = filter.from.slice(0, 4);
  return filter.from === `${year}-01-01` && filter.to === `${year}-12-31` ? year : "";
};

export function chosenIn(facet: FacetName, filter: FacetFilter): string[] {
  if (facet === "year") return [yearOf(filter)].filter(Boolean);
  if (facet === "type" || facet === "status") return listOf(filter[facet]);
  return [filter[facet]].filter(Boolean);
}

// The filter with `value` taken in, or out where it is chosen.
export function toggled<F extends FacetFilter>(facet: FacetName, value: string, filter: F): F {
  const chosen = chosenIn(facet, filter);
  const isChosen = chosen.includes(value);
  if (facet === "year") {
    const days = isChosen ? ["", ""] : [`${value}-01-01`, `${value}-12-31`];
    return { ...filter, from: days[0], to: days[1] };
  }
  if (facet === "type" || facet === "status") {
    const next = isChosen ? chosen.filter((each) => each !== value) : [...chosen, value];
    return { ...filter, [facet]: next.join(",") };
  }
  return { ...filter, [facet]: isChosen ? "" : value };
}

interface FacetGroupProps {
  facet: Facet;
  chosen: string[];
  onToggle: (value: string) => void;
}

function FacetGroup({ facet, chosen, onToggle }: FacetGroupProps) {
  const named = facet.values
    .map((value) => ({ ...value, name: nameOf(facet.facet, value.value) }))
    .filter((value) => value.name !== undefined)
    .filter((value) => facet.facet !== "unit" || narrowsUnit(value, chosen[0] ?? ""));
  if (facet.facet === "year") named.sort((a, b) => Number(b.value) - Number(a.value));
  const shown = named.filter((value, i) => i < shownMax || chosen.includes(value.value));
  if (shown.length === 0) return null;
  return (
    <fieldset class="facet">
      <legend>{t().search.facets[facet.facet]}</legend>
      <ul>
        {shown.map((value) => (
          <li key={value.value}>
            <label>
              <input
                type="checkbox"
                checked={chosen.includes(value.value)}
                onChange={() => onToggle(value.value)}
              />
              <span class="facet-name">{value.name}</span>
              <span class="facet-count">{formatNumber(value.count)}</span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

interface FacetColumnProps<F extends FacetFilter> {
  facets: Facet[];
  filter: F;
  onChange: (next: F) => void;
}

export function FacetColumn<F extends FacetFilter>({ facets, filter, onChange }: FacetColumnProps<F>) {
  const groups = facets.map((facet) => (
    <FacetGroup
      key={facet.facet}
      facet={facet}
      chosen={chosenIn(facet.facet, filter)}
      onToggle={(value) => onChange(toggled(facet.facet, value, filter))}
    />
  ));
  if (!narrow.value) {
    return (
      <aside class="facets" aria-label={t().search.filters}>
        {groups}
      </aside>
    );
  }
  return (
    <details class="facets">
      <summary>{t().search.narrow}</summary>
      {groups}
    </details>
  );
}
