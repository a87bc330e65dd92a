import { Search as SearchIcon, SearchX } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { search } from "../api/objects.ts";
import type { HitPage } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { optionsOf, SelectField } from "../components/field.tsx";
import { ScrollRegion } from "../components/scroll_region.tsx";
import { Empty } from "../components/states.tsx";
import { navigate, pathOf, place } from "../router/router.ts";
import { useKeys } from "../state/keys.ts";
import { t } from "../text/messages.ts";
import { BeingRebuilt } from "./being_rebuilt.tsx";
import { type DossierFilter, FilterChips } from "./dossier_filters.tsx";
import { FacetColumn, type FacetFilter, facetNames } from "./facet_column.tsx";
import { FoundPost } from "./found_post.tsx";
import { hitsMax } from "./hit_list.tsx";
import { HitsWithPreview } from "./hits_with_preview.tsx";
import { KeepSearch, SavedSearches } from "./saved_searches.tsx";
import { SearchField } from "./search_field.tsx";
import { Similar } from "./similar.tsx";
import { UnitChip } from "./unit_search.tsx";

const orders = ["relevance", "newest", "oldest"] as const;
type Order = (typeof orders)[number];
type Filters = DossierFilter & FacetFilter & { sort: Order };

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
    sender: read("sender"),
    unit: read("unit"),
    sort: sort ?? "relevance",
  };
}

const show = (filters: Filters) => navigate(pathOf("search", "", { ...filters }), "replace");

function DidYouMean({ query, filters }: { query: string | undefined; filters: Filters }) {
  if (!query) return null;
  return (
    <p class="did-you-mean">
      {t().search.didYouMean} <a href={pathOf("search", "", { ...filters, q: query })}>{query}</a>?
    </p>
  );
}

function SearchByWords() {
  const filters = filtersOf(place.value.query);
  const [typed, setTyped] = useState(filters.q);
  // What came for which search.
  const [answer, setAnswer] = useState<{ name: string; page: HitPage }>();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setTyped(filters.q), [filters.q]);
  useEffect(() => {
    if (filters.q === "") input.current?.focus();
  }, []);
  useKeys({ "/": () => input.current?.focus() });
  const words = t().search;
  const { q, sort, ...narrowing } = filters;
  const isNarrowed = Object.values(narrowing).some((value) => value !== "");
  const begins = sort === "relevance" && q === "" && !isNarrowed;
  const find = (query: string) => {
    setTyped(query);
    show({ ...filters, q: query });
  };
  const asked = { ...filters, facets: facetNames.join(",") };
  const name = JSON.stringify(asked);
  return (
    <div class="search-screen">
      <header class="screen-head">
        <h1>{words.title}</h1>
        <form
          class="search-form"
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            find(typed.trim());
          }}
        >
          <SearchField typed={typed} onType={setTyped} onSearch={find} input={input} />
          <Button kind="primary" type="submit">
            {words.submit}
          </Button>
        </form>
        {!begins && <BeingRebuilt percent={answer?.page.rebuilt_percent} />}
        {!begins && <DidYouMean query={answer?.page.corrected_query} filters={filters} />}
        {!begins && answer?.page.query_shortened && <p class="did-you-mean">{words.shortened}</p>}
        {!begins && answer?.page.prefix_shortened && <p class="did-you-mean">{words.prefixShortened}</p>}
        {!begins && (answer?.page.total_estimate ?? 0) > hitsMax && (
          <p class="did-you-mean">{words.firstHits(answer?.page.total_estimate ?? 0, hitsMax)}</p>
        )}
        {/* What the chips narrow by, documents alone have. */}
        <FoundPost query={isNarrowed ? "" : q.trim()} />
      </header>
      <div class="toolbar">
        <UnitChip unit={filters.unit} onChange={(unit) => show({ ...filters, unit })} />
        <FilterChips
          filter={filters}
          onChange={(next) => show({ ...filters, ...next })}
        />
        <SelectField
          label={words.sort}
          value={filters.sort}
          options={optionsOf(orders, words)}
          onChange={(order) => show({ ...filters, sort: order })}
        />
        {!begins && <KeepSearch shown={filters} isAnswered={answer?.name === name} />}
      </div>
      {begins && (
        <ScrollRegion label={words.begin}>
          <div class="search-begin">
            <SavedSearches />
            <Empty icon={SearchIcon} title={words.begin} text={words.beginText} />
          </div>
        </ScrollRegion>
      )}
      {!begins && (
        <div class="search-body">
          <FacetColumn facets={answer?.page.facets ?? []} filter={filters} onChange={show} />
          <HitsWithPreview
            name={name}
            load={(cursor) => search(asked, cursor)}
            query={filters.q}
            onAnswer={(page) => setAnswer({ name, page })}
            empty={<Empty icon={SearchX} title={words.empty} text={words.emptyText} />}
          />
        </div>
      )}
    </div>
  );
}

export function Search() {
  const like = place.value.query.get("like");
  return like ? <Similar key={like} id={like} /> : <SearchByWords />;
}
