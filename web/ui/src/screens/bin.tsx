import { RotateCcw, Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { listBin, restoreDocument } from "../api/objects.ts";
import type { Document } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import type { Column } from "../components/grid_head.tsx";
import { VirtualList } from "../components/virtual_list.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { useLiveList } from "../state/live.ts";
import { narrow } from "../state/narrow.ts";
import { usePaged } from "../state/paged.ts";
import { showFailure, showToast } from "../state/toasts.ts";
import { formatDate } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { documentColumns } from "./dossier_documents.tsx";

export function Bin() {
  const [round, setRound] = useState(0);
  const list = usePaged(`bin ${round}`, (cursor) => listBin(cursor));
  const restore = async (document: Document) => {
    try {
      await restoreDocument(document.id, document.revision);
      showToast({ kind: "done", text: t().document.restored });
    } catch (error) {
      showFailure(error);
    }
    setRound((n) => n + 1);
  };
  useLiveList(
    ({ object, change }) => object === "document" && (change === "binned" || change === "restored"),
    () => list.refresh(),
  );
  const [subject, type] = documentColumns();
  const columns: Column<Document>[] = [
    ...(subject && type ? [subject, type] : []),
    {
      name: "date",
      label: t().column.binned,
      render: (document) => <span class="figures">{formatDate(document.binned?.at)}</span>,
    },
    {
      name: "action",
      label: t().document.restore,
      render: (document) => (
        <Button icon={RotateCcw} onClick={() => void restore(document)}>
          {t().document.restore}
        </Button>
      ),
    },
  ];
  let body = <Skeleton rows={6} />;
  if (list.failure && list.items.length === 0) {
    body = <FailureView failure={list.failure} onRetry={() => list.retry()} />;
  } else if (list.hasBegun && list.length === 0) {
    body = <Empty icon={Trash2} title={t().bin.empty} text={t().bin.emptyText} />;
  } else if (list.hasBegun) {
    body = (
      <VirtualList
        label={t().bin.title}
        look="bin"
        columns={columns}
        list={list}
        rowHeight={narrow.value ? 60 : 44}
        keyOf={(document) => document.id}
        onOpen={(document) => navigate(pathOf("document", document.id))}
      />
    );
  }
  return (
    <div class="bin-screen">
      <header class="screen-head">
        <h1>{t().bin.title}</h1>
        <p class="meta">{t().bin.lead}</p>
      </header>
      {body}
    </div>
  );
}
