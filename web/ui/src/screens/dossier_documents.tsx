// The documents of a dossier: the list as the server gives it, or, with filters, the hits of a
// search inside the dossier. Files dropped here are filed here; space shows a preview beside.
import { FolderOpen, SearchX, Upload } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { listDocuments, search } from "../api/objects.ts";
import type { Document, Dossier } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { FileBadge, StatusChip } from "../components/chip.tsx";
import { optionsOf, SelectField } from "../components/field.tsx";
import { Icon } from "../components/icon.tsx";
import { Split } from "../components/split.tsx";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import type { Column } from "../components/grid_head.tsx";
import { VirtualList } from "../components/virtual_list.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { askForUpload } from "../shell/commands.ts";
import {
  chooseOrder,
  documentOrder,
  type DocumentOrder,
  documentOrders,
} from "../state/document_order.ts";
import { useDrop } from "../state/drop.ts";
import { useKeys } from "../state/keys.ts";
import { useLiveList } from "../state/live.ts";
import { narrow } from "../state/narrow.ts";
import { usePaged } from "../state/paged.ts";
import { filed } from "../state/uploads.ts";
import { uploadDialog } from "../state/ui.ts";
import { formatDate, nameOfParty } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { PreviewPane } from "../viewer/preview_pane.tsx";
import { type DossierFilter, DossierFilters, noFilter } from "./dossier_filters.tsx";
import { HitList } from "./hit_list.tsx";

const partyOf = (document: Document) =>
  document.direction === "outgoing"
    ? (document.recipients ?? []).map(nameOfParty).join(", ")
    : nameOfParty(document.sender ?? "");

const dateOf = (document: Document) =>
  document.letter_date ?? document.received_on ?? document.sent_on ?? document.created.slice(0, 10);

const referenceOf = (document: Document) =>
  document.business_reference || document.foreign_reference || "";

const figures = (text: string) => <span class="figures">{text}</span>;

// Shows the letter's date, or in its place what the list is ordered by and no other column shows.
function valueColumn(order: DocumentOrder): Column<Document> {
  const words = t().column;
  const name = "date";
  const first = "descending";
  switch (order) {
    case "received":
    case "-received":
      return {
        name,
        label: words.received,
        order: { by: "received", first },
        render: (document) =>
          figures(formatDate(document.received_on ?? document.receipt_stamp?.at)),
      };
    case "modified":
    case "-modified":
      return {
        name,
        label: words.modified,
        order: { by: "modified", first },
        render: (document) => figures(formatDate(document.modified)),
      };
    case "reference":
    case "-reference":
      return {
        name: "correspondence",
        label: words.correspondence,
        order: { by: "reference", first: "ascending" },
        render: (document) => figures(referenceOf(document)),
      };
    default:
      return {
        name,
        label: words.date,
        order: { by: "date", first },
        render: (document) => figures(formatDate(dateOf(document))),
      };
  }
}

export function documentColumns(order: DocumentOrder = "-filed"): Column<Document>[] {
  return [
    {
      name: "subject",
      label: t().column.subject,
      order: { by: "subject", first: "ascending" },
      render: (document) => (
        <>
          <FileBadge mimeType={document.version.mime_type} />
          <a href={pathOf("document", document.id)}>{document.subject}</a>
        </>
      ),
    },
    {
      name: "type",
      label: t().column.type,
      order: { by: "type", first: "ascending" },
      render: (document) => t().types[document.type],
    },
    { name: "party", label: t().column.parties, render: partyOf },
    valueColumn(order),
    {
      name: "version",
      label: t().column.version,
      render: (document) => figures(`v${document.version.number}`),
    },
    {
      name: "status",
      label: t().column.status,
      order: { by: "status", first: "ascending" },
      render: (document) => <StatusChip status={document.status} />,
    },
  ];
}

interface ListProps {
  dossier: Dossier;
  shown: string;
  onShow: (id: string) => void;
  onCount: (count: number) => void;
}

function DocumentList({ dossier, shown, onShow, onCount }: ListProps) {
  const round = filed.value.dossier === dossier.id ? filed.value.round : 0;
  const order = documentOrder();
  const asked = usePaged(order, (cursor) => listDocuments(dossier.id, order, cursor));
  // In another order the list stays as it was, with the focus in it, until the new one is there.
  const settled = useRef({ list: asked, order });
  if (asked.hasBegun || asked.failure) settled.current = { list: asked, order };
  const { list, order: shownOrder } = settled.current;
  useEffect(() => {
    if (round > 0) asked.refresh();
  }, [round]);
  useLiveList(
    ({ object, id, change }) =>
      object === "dossier" && id === dossier.id && change === "documents",
    () => asked.refresh(),
  );
  const hasBegun = list.hasBegun;
  const length = list.length;
  useEffect(() => {
    if (hasBegun) onCount(length);
  }, [hasBegun, length]);
  if (list.failure && list.items.length === 0) {
    return <FailureView failure={list.failure} onRetry={() => list.retry()} />;
  }
  if (!hasBegun) return <Skeleton rows={12} />;
  if (length === 0) {
    return (
      <Empty icon={FolderOpen} title={t().dossier.empty} text={t().dossier.emptyText}>
        <Button icon={Upload} onClick={askForUpload}>
          {t().dossier.upload}
        </Button>
      </Empty>
    );
  }
  return (
    <VirtualList
      label={t().dossier.documents}
      look="documents"
      columns={documentColumns(shownOrder)}
      list={list}
      order={order}
      onOrder={(next) => chooseOrder(dossier.id, next)}
      rowHeight={narrow.value ? 56 : 36}
      keyOf={(document) => document.id}
      selected={shown}
      onOpen={(document) => navigate(pathOf("document", document.id))}
      onPreview={(document) => onShow(shown === document.id ? "" : document.id)}
      onCurrent={(document) => shown && onShow(document.id)}
    />
  );
}

interface DocumentsProps {
  dossier: Dossier;
  onCount: (count: number) => void;
}

export function DossierDocuments({ dossier, onCount }: DocumentsProps) {
  const [filter, setFilter] = useState<DossierFilter>(noFilter);
  const [shown, setShown] = useState("");
  const takesFiles = dossier.status === "open";
  const drop = useDrop((files) => {
    const target = { dossierId: dossier.id, reference: dossier.file_reference };
    if (takesFiles && files.length > 0) uploadDialog.value = { target, files };
  });
  useKeys({ Escape: () => (shown ? setShown("") : history.back()) });
  const isFiltered = JSON.stringify(filter) !== JSON.stringify(noFilter);
  const asked = { ...filter, dossier: dossier.id };
  const list = isFiltered ? (
    <HitList
      name={JSON.stringify(asked)}
      load={(cursor) => search(asked, cursor)}
      query={filter.q}
      look="in-dossier"
      empty={
        <Empty icon={SearchX} title={t().dossier.noHit}>
          <Button onClick={() => setFilter(noFilter)}>{t().dossier.clear}</Button>
        </Empty>
      }
    />
  ) : (
    <DocumentList
      key={dossier.id}
      dossier={dossier}
      shown={shown}
      onShow={setShown}
      onCount={onCount}
    />
  );
  return (
    <div class="drop-zone" {...drop.handlers}>
      <DossierFilters filter={filter} onChange={setFilter}>
        {!isFiltered && (
          <SelectField
            label={t().search.sort}
            value={documentOrder()}
            options={optionsOf(documentOrders, t().documentOrders)}
            onChange={(order) => chooseOrder(dossier.id, order)}
          />
        )}
      </DossierFilters>
      {!takesFiles && <p class="notice">{t().dossier.closedNote}</p>}
      {shown ? (
        <Split
          name="preview"
          side="end"
          width={460}
          min={320}
          max={760}
          pane={<PreviewPane id={shown} onClose={() => setShown("")} />}
        >
          {list}
        </Split>
      ) : (
        list
      )}
      {drop.over && (
        <div class="drop-hint">
          <Icon of={Upload} size={36} />
          <strong>{t().dossier.drop}</strong>
          <span class="figures">{dossier.file_reference}</span>
        </div>
      )}
    </div>
  );
}
