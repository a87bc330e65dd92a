// Hits of a search with highlighted snippets, page by page.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { search, type SearchFilters } from "../api/objects.ts";
import type { Hit, HitPage } from "../api/types.ts";
import { FileBadge } from "../components/chip.tsx";
import { Marked, MarkedWords } from "../components/marks.tsx";
import { FailureView, Skeleton } from "../components/states.tsx";
import type { Column } from "../components/grid_head.tsx";
import { VirtualList } from "../components/virtual_list.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { narrow } from "../state/narrow.ts";
import { usePaged } from "../state/paged.ts";
import { formatDate } from "../text/format.ts";
import { t } from "../text/messages.ts";

type Look = "in-dossier" | "everywhere";

function HitView({ hit, query, look }: { hit: Hit; query: string; look: Look }) {
  const notes = [
    ...(look === "everywhere" ? [hit.file_reference, hit.dossier_title] : []),
    t().types[hit.type],
    formatDate(hit.date),
    hit.page ? t().search.page(hit.page) : "",
  ];
  return (
    <span class="hit">
      <FileBadge mimeType={hit.mime_type} />
      <span class="hit-text">
        <a class="hit-title" href={pathOf("document", hit.document_id)}>
          <MarkedWords text={hit.subject} query={query} />
        </a>
        <span class="meta">{notes.filter(Boolean).join(" · ")}</span>
        {hit.snippet && (
          <span class="snippet">
            <Marked snippet={hit.snippet} />
          </span>
        )}
      </span>
    </span>
  );
}

interface HitListProps {
  filters: SearchFilters;
  look: Look;
  empty: ComponentChildren;
  shown?: string;
  onShow?: (id: string) => void;
  onCount?: (count: number) => void;
  // The first page, with what comes with it.
  onAnswer?: (answer: HitPage) => void;
}

export function HitList({ filters, look, empty, shown, onShow, onCount, onAnswer }: HitListProps) {
  const list = usePaged(JSON.stringify(filters), async (cursor) => {
    const page = await search(filters, cursor);
    if (cursor === undefined) onAnswer?.(page);
    return page;
  });
  const { hasBegun, length } = list;
  useEffect(() => {
    if (hasBegun) onCount?.(length);
  }, [hasBegun, length]);
  if (list.failure && list.items.length === 0) {
    return <FailureView failure={list.failure} onRetry={() => list.retry()} />;
  }
  if (!hasBegun) return <Skeleton rows={6} look="card" />;
  if (length === 0) return <>{empty}</>;
  const columns: Column<Hit>[] = [
    {
      name: "hit",
      label: t().search.hits(length),
      render: (hit) => <HitView hit={hit} query={filters.q} look={look} />,
    },
  ];
  return (
    <VirtualList
      label={t().search.title}
      look="hits"
      columns={columns}
      list={list}
      rowHeight={narrow.value ? 124 : 104}
      keyOf={(hit) => hit.document_id}
      {...(shown === undefined ? {} : { selected: shown })}
      onOpen={(hit) => navigate(pathOf("document", hit.document_id))}
      onPreview={(hit) => onShow?.(shown === hit.document_id ? "" : hit.document_id)}
      onCurrent={(hit) => shown && onShow?.(hit.document_id)}
    />
  );
}
