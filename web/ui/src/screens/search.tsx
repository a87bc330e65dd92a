import { Search as SearchIcon, SearchX } from "lucide-preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Button } from "../components/button.tsx";
import { optionsOf, SelectField } from "../components/field.tsx";
import { Icon } from "../components/icon.tsx";
import { Split } from "../components/split.tsx";
import { Empty } from "../components/states.tsx";
import { navigate, pathOf, place } from "../router/router.ts";
import { useKeys } from "../state/keys.ts";
import { t } from "../text/messages.ts";
import { PreviewPane } from "../viewer/preview_pane.tsx";
import { type DossierFilter, FilterChips } from "./dossier_filters.tsx";
import { HitList } from "./hit_list.tsx";

const orders = ["relevance", "newest", "oldest"] as const;
type Order = (typeof orders)[number];
type Filters = DossierFilter & { sort: Order };

// The address holds the whole search, so it can be sent to a colleague and gone back to.
function filtersOf(query: URLSearchParams): Filters {
  const read = (name: string) => query.get(name) ?? "";
  const sort = orders.find((order) => order === read("sort"));
  return {
    q: read("q"),
    type: read("type"),
    status: read("status"),
    from: read("from"),
    to: read("to"),
    sort: sort ?? "relevance",
  };
}

const show = (filters: Filters) => navigate(pathOf("search", "", { ...filters }), "replace");

export function Search() {
  const id = useId();
  const filters = filtersOf(place.value.query);
  const [typed, setTyped] = useState(filters.q);
  const [shown, setShown] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setTyped(filters.q), [filters.q]);
  useEffect(() => {
    if (filters.q === "") input.current?.focus();
  }, []);
  useKeys({
    "/": () => input.current?.focus(),
    Escape: () => (shown ? setShown("") : history.back()),
  });
  const words = t().search;
  const isBlank = !filters.q && !filters.type && !filters.status && !filters.from && !filters.to;
  const begins = isBlank && filters.sort === "relevance";
  const hits = (
    <HitList
      filters={filters}
      look="everywhere"
      shown={shown}
      onShow={setShown}
      empty={<Empty icon={SearchX} title={words.empty} text={words.emptyText} />}
    />
  );
  return (
    <div class="search-screen">
      <header class="screen-head">
        <h1>{words.title}</h1>
        <form
          class="search-form"
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            show({ ...filters, q: typed.trim() });
          }}
        >
          <div class="search-box big">
            <Icon of={SearchIcon} />
            <label class="hidden-text" for={id}>
              {words.label}
            </label>
            <input
              id={id}
              ref={input}
              type="search"
              autocomplete="off"
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </div>
          <Button kind="primary" type="submit">
            {words.submit}
          </Button>
        </form>
      </header>
      <div class="toolbar">
        <FilterChips filter={filters} onChange={(next) => show({ ...next, sort: filters.sort })} />
        <SelectField
          label={words.sort}
          value={filters.sort}
          options={optionsOf(orders, words)}
          onChange={(sort) => show({ ...filters, sort })}
        />
      </div>
      {begins && <Empty icon={SearchIcon} title={words.begin} text={words.beginText} />}
      {!begins && !shown && hits}
      {!begins && shown && (
        <Split
          name="preview"
          side="end"
          width={460}
          min={320}
          max={760}
          pane={<PreviewPane id={shown} onClose={() => setShown("")} />}
        >
          {hits}
        </Split>
      )}
    </div>
  );
}
