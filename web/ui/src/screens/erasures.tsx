// Vernichtungen: what is proposed and what came of it, newest first; and one of them.
import { Eraser } from "lucide-preact";
import { type Erasure, listErasures } from "../api/erasures.ts";
import type { Column } from "../components/grid_head.tsx";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import { VirtualList } from "../components/virtual_list.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { useAskAgain } from "../state/ask_again.ts";
import { isRunning, nameOfErasure, whoDid } from "../state/erasures.ts";
import { useLiveList } from "../state/live.ts";
import { narrow } from "../state/narrow.ts";
import { usePaged } from "../state/paged.ts";
import { e } from "../text/erasure.ts";
import { formatDate, formatSize } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { ErasureChip } from "./erasure_chip.tsx";
import { ErasureDetail } from "./erasure_detail.tsx";

function columnsOf(): Column<Erasure>[] {
  const words = e().column;
  const byOn = (name: string, day: string | undefined) =>
    day ? e().byOn(name, formatDate(day)) : "";
  return [
    {
      name: "what",
      label: words.what,
      render: (erasure) => (
        <a href={pathOf("erasure", erasure.id)}>{nameOfErasure(erasure)}</a>
      ),
    },
    { name: "state", label: words.state, render: ({ state }) => <ErasureChip state={state} /> },
    {
      name: "proposed",
      label: words.proposed,
      render: (erasure) =>
        byOn(whoDid(erasure.proposed_by, erasure.proposed_for), erasure.proposed_at),
    },
    {
      name: "released",
      label: words.released,
      render: (erasure) =>
        byOn(whoDid(erasure.released_by, erasure.released_for), erasure.released_at),
    },
    {
      name: "freed",
      label: words.freed,
      render: ({ bytes_freed }) => (
        <span class="figures">{bytes_freed === undefined ? "" : formatSize(bytes_freed)}</span>
      ),
    },
  ];
}

function List() {
  const list = usePaged("erasures", (cursor) => listErasures(cursor));
  useLiveList(
    ({ object }) => object === "erasure",
    () => list.refresh(),
  );
  // No event tells of a step on the way.
  useAskAgain(list.items.some(isRunning), () => list.refresh());
  let body = <Skeleton rows={6} />;
  if (list.failure && list.items.length === 0) {
    body = <FailureView failure={list.failure} onRetry={() => list.retry()} />;
  } else if (list.hasBegun && list.length === 0) {
    body = <Empty icon={Eraser} title={e().empty} text={e().emptyText} />;
  } else if (list.hasBegun) {
    body = (
      <VirtualList
        label={e().list}
        look="erasures"
        columns={columnsOf()}
        list={list}
        rowHeight={narrow.value ? 64 : 44}
        keyOf={({ id }) => id}
        onOpen={({ id }) => navigate(pathOf("erasure", id))}
      />
    );
  }
  return (
    <div class="erasures">
      <header class="screen-head">
        <h1>{t().nav.erasures}</h1>
        <p class="meta">{e().lead}</p>
      </header>
      {body}
    </div>
  );
}

export function Erasures({ id }: { id: string }) {
  return id === "" ? <List /> : <ErasureDetail key={id} id={id} />;
}
