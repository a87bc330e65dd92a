import type { ComponentChildren } from "preact";
import { documentStatuses, documentTypes, type DocumentStatus, type DocumentType } from "../api/types.ts";
import { Choices, FilterChip } from "../components/chip.tsx";
import { TextField } from "../components/field.tsx";
import { FilterField } from "../components/filter_field.tsx";
import { formatDate } from "../text/format.ts";
import { t } from "../text/messages.ts";

export interface DossierFilter {
  q: string;
  type: string;
  status: string;
  from: string;
  to: string;
}

export const noFilter: DossierFilter = { q: "", type: "", status: "", from: "", to: "" };

export const listOf = <Value extends string>(text: string) =>
  text.split(",").filter(Boolean) as Value[];

interface FiltersProps {
  filter: DossierFilter;
  onChange: (next: DossierFilter) => void;
}

// The chips that narrow a list of documents, in a dossier and in the search.
export function FilterChips({ filter, onChange }: FiltersProps) {
  const types = listOf<DocumentType>(filter.type);
  const statuses = listOf<DocumentStatus>(filter.status);
  const words = t();
  const period = [
    filter.from && `${words.search.from} ${formatDate(filter.from)}`,
    filter.to && `${words.search.to} ${formatDate(filter.to)}`,
  ];
  return (
    <>
      <FilterChip
        label={words.dossier.filterType}
        chosen={types.map((type) => words.types[type]).join(", ")}
        onClear={() => onChange({ ...filter, type: "" })}
      >
        <Choices
          label={words.dossier.filterType}
          values={documentTypes}
          words={words.types}
          chosen={types}
          onChange={(next) => onChange({ ...filter, type: next.join(",") })}
        />
      </FilterChip>
      <FilterChip
        label={words.dossier.filterPeriod}
        chosen={period.filter(Boolean).join(" ")}
        onClear={() => onChange({ ...filter, from: "", to: "" })}
      >
        <div class="period">
          <TextField
            label={words.search.from}
            type="date"
            value={filter.from}
            onInput={(from) => onChange({ ...filter, from })}
          />
          <TextField
            label={words.search.to}
            type="date"
            value={filter.to}
            onInput={(to) => onChange({ ...filter, to })}
          />
        </div>
      </FilterChip>
      <FilterChip
        label={words.dossier.filterStatus}
        chosen={statuses.map((status) => words.statuses[status]).join(", ")}
        onClear={() => onChange({ ...filter, status: "" })}
      >
        <Choices
          label={words.dossier.filterStatus}
          values={documentStatuses}
          words={words.statuses}
          chosen={statuses}
          onChange={(next) => onChange({ ...filter, status: next.join(",") })}
        />
      </FilterChip>
    </>
  );
}

export function DossierFilters(props: FiltersProps & { children: ComponentChildren }) {
  const { filter, onChange, children } = props;
  return (
    <div class="toolbar" role="search" aria-label={t().dossier.filter}>
      <FilterField
        label={t().dossier.filter}
        value={filter.q}
        onChange={(q) => onChange({ ...filter, q })}
      />
      <FilterChips filter={filter} onChange={onChange} />
      {children}
    </div>
  );
}
