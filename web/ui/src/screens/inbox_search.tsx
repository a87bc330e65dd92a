// Searching the post that waits: the field above a tray's list, and what is said of what it found.
import { SearchX } from "lucide-preact";
import { FilterField } from "../components/filter_field.tsx";
import { Empty } from "../components/states.tsx";
import { navigate, pathOf } from "../router/router.ts";
import type { InboxList as Items } from "../state/inbox_list.ts";
import { type InboxTab, pathIn, searched } from "../state/inbox_tabs.ts";
import { post } from "../text/inbox.ts";
import { t } from "../text/messages.ts";
import { BeingRebuilt } from "./being_rebuilt.tsx";

interface InboxSearchProps {
  tab: InboxTab;
  list: Items;
  // What is open beside the list stays open.
  id: string;
  onEnter: () => void;
}

export function InboxSearch({ tab, list, id, onEnter }: InboxSearchProps) {
  const label = post().search;
  return (
    <div class="inbox-search" role="search" aria-label={label}>
      <FilterField
        label={label}
        value={tab.filter.q ?? ""}
        onChange={(q) => navigate(pathIn(searched(tab, q), id), "replace")}
        onEnter={onEnter}
      />
      <p class="meta" role="status">
        {list.query && t().search.hits(list.count)}
      </p>
      {list.prefixShortened && <p class="meta">{t().search.prefixShortened}</p>}
      <BeingRebuilt percent={list.rebuiltPercent} />
    </div>
  );
}

// In one tray the next thing is to look in all, and then among what is filed.
export function NoneFound({ tab, query }: { tab: InboxTab; query: string }) {
  const words = post();
  const isAll = tab.name === "all";
  return (
    <Empty
      icon={SearchX}
      title={words.noneFound(query)}
      text={isAll ? words.noneFoundInAllText : words.noneFoundText}
    >
      <a class="button plain" href={pathOf(isAll ? "search" : "inbox", "", { q: query })}>
        <span>{isAll ? words.searchFiles : words.searchAll}</span>
      </a>
    </Empty>
  );
}
