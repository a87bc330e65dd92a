// Hits of a search with highlighted snippets, page by page, each with a menu of its own.
import { Ellipsis, FileSearch, FolderOpen } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Hit, HitPage } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { FileBadge } from "../components/chip.tsx";
import { Icon } from "../components/icon.tsx";
import { Marked, MarkedWords } from "../components/marks.tsx";
import { Popover } from "../components/popover.tsx";
import { FailureView, Skeleton } from "../components/states.tsx";
import type { Column } from "../components/grid_head.tsx";
import { VirtualList } from "../components/virtual_list.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { useKeys } from "../state/keys.ts";
import { narrow } from "../state/narrow.ts";
import { usePaged } from "../state/paged.ts";
import { formatDate } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { pathOfHit } from "../viewer/hit_place.ts";

export const pathOfSimilar = (document: string) => pathOf("search", "", { like: document });

type Look = "in-dossier" | "everywhere";

function HitMenu({ hit, look }: { hit: Hit; look: Look }) {
  const words = t().search;
  return (
    <Popover
      label={words.actionsOf(hit.subject)}
      buttonClass="icon-button"
      button={<Icon of={Ellipsis} />}
      align="end"
    >
      {(close) => {
        const going = (path: string) => () => {
          close();
          navigate(path);
        };
        return (
          <div class="menu">
            <Button kind="ghost" icon={FileSearch} onClick={going(pathOfSimilar(hit.document_id))}>
              {words.similar}
            </Button>
            {look === "everywhere" && hit.file_reference && (
              <Button kind="ghost" icon={FolderOpen} onClick={going(pathOf("dossier", hit.dossier_id))}>
                {words.openDossier}
              </Button>
            )}
          </div>
        );
      }}
    </Popover>
  );
}

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
        <a class="hit-title" href={pathOfHit(hit, query)}>
          <MarkedWords text={hit.subject} query={query} />
        </a>
        <span class="meta">{notes.filter(Boolean).join(" · ")}</span>
        {hit.snippet && (
          <span class="snippet">
            <Marked snippet={hit.snippet} />
          </span>
        )}
      </span>
      <HitMenu hit={hit} look={look} />
    </span>
  );
}

// The server counts all hits and leads through so many (web/api/openapi.yaml).
export const hitsMax = 10_000;

interface HitListProps {
  // Which list it is: another one begins anew.
  name: string;
  // A page of it, from `cursor` on.
  load: (cursor: string | undefined) => Promise<HitPage>;
  // What is searched for, to be marked in subjects and in what is opened.
  query: string;
  look: Look;
  // Hits without passages.
  rows?: "short";
  empty: ComponentChildren;
  // The hit shown beside the list; "" is none.
  shown?: string;
  onShow?: (hit: Hit | undefined) => void;
  onCount?: (count: number) => void;
  // The first page, with what comes with it.
  onAnswer?: (answer: HitPage) => void;
}

const heightOf = (rows: "short" | undefined) => {
  if (rows === "short") return narrow.value ? 92 : 64;
  return narrow.value ? 124 : 104;
};

// A dot opens the menu of the current hit.
function useMenuKey() {
  const frame = useRef<HTMLDivElement>(null);
  useKeys({
    ".": () =>
      frame.current?.querySelector<HTMLElement>(".grid-row.current .popover-frame > button")?.click(),
  });
  return frame;
}

export function HitList(props: HitListProps) {
  const { name, load, query, look, rows, empty, shown, onShow, onCount, onAnswer } = props;
  const total = useRef(0);
  const list = usePaged(name, async (cursor) => {
    const page = await load(cursor);
    if (cursor === undefined) onAnswer?.(page);
    total.current = page.total_estimate ?? 0;
    return { ...page, total_estimate: Math.min(total.current, hitsMax) };
  });
  const frame = useMenuKey();
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
      label: t().search.hits(length < hitsMax ? length : Math.max(length, total.current)),
      render: (hit) => <HitView hit={hit} query={query} look={look} />,
    },
  ];
  return (
    <div class="hits" ref={frame}>
      <VirtualList
        label={t().search.title}
        look="hits"
        columns={columns}
        list={list}
        rowHeight={heightOf(rows)}
        keyOf={(hit) => hit.document_id}
        {...(shown === undefined ? {} : { selected: shown })}
        onOpen={(hit) => navigate(pathOfHit(hit, query))}
        onPreview={(hit) => onShow?.(shown === hit.document_id ? undefined : hit)}
        onCurrent={(hit) => shown && onShow?.(hit)}
      />
    </div>
  );
}
