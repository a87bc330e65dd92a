// A document: the viewer, and beside it what is known of it.
import { ArrowLeft, Download, Ellipsis, FilePlus2, RotateCcw, Trash2 } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { base } from "../api/client.ts";
import { binDocument, contentPath, getDocument, getDossier, restoreDocument } from "../api/objects.ts";
import type { Document, Dossier } from "../api/types.ts";
import { Breadcrumbs } from "../components/breadcrumbs.tsx";
import { Button } from "../components/button.tsx";
import { FileBadge, StatusChip } from "../components/chip.tsx";
import { Icon } from "../components/icon.tsx";
import { Popover } from "../components/popover.tsx";
import { Split } from "../components/split.tsx";
import { FailureView, Skeleton } from "../components/states.tsx";
import { Tabs } from "../components/tabs.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { shownUnit } from "../shell/plan_tree.tsx";
import { useKeys } from "../state/keys.ts";
import { pathOfUnit } from "../state/plan.ts";
import { rememberOpened } from "../state/recent.ts";
import { useResource } from "../state/resource.ts";
import { showFailure, showToast } from "../state/toasts.ts";
import { fileKind, formatDate, nameOfParty } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { DocumentViewer } from "../viewer/document_viewer.tsx";
import { DocumentData } from "./document_data.tsx";
import { History } from "./history.tsx";
import { NewVersion } from "./new_version.tsx";
import { Versions } from "./versions.tsx";

type Tab = "data" | "versions" | "history";

async function restore(document: Document, onChange: (next: Document) => void): Promise<void> {
  onChange(await restoreDocument(document.id, document.revision));
  showToast({ kind: "done", text: t().document.restored });
}

// Into the bin, back to the dossier, with a way to undo it.
async function moveToBin(document: Document): Promise<void> {
  try {
    const binned = await binDocument(document.id, document.revision);
    navigate(pathOf("dossier", document.dossier_id));
    showToast({
      kind: "done",
      text: t().document.binned,
      undo: () => restore(binned, (next) => navigate(pathOf("document", next.id))),
    });
  } catch (error) {
    showFailure(error);
  }
}

interface HeadProps {
  document: Document;
  dossier: Dossier | undefined;
  onChange: (next: Document) => void;
  onNewVersion: () => void;
}

function Head({ document, dossier, onChange, onNewVersion }: HeadProps) {
  const back = pathOf("dossier", document.dossier_id);
  const words = t().document;
  const notes = [
    document.direction === "outgoing"
      ? document.recipients?.map(nameOfParty).join(", ")
      : nameOfParty(document.sender ?? ""),
    t().types[document.type],
    formatDate(document.letter_date ?? document.received_on),
  ];
  return (
    <header class="screen-head document-head">
      {dossier && (
        <Breadcrumbs
          units={pathOfUnit(dossier.unit_id).slice(-1)}
          last={{ href: back, text: `${dossier.file_reference} ${dossier.title}` }}
        />
      )}
      <div class="title-row">
        <a class="icon-button narrow-only" href={back} aria-label={t().common.back}>
          <Icon of={ArrowLeft} />
        </a>
        <FileBadge mimeType={document.version.mime_type} />
        <div class="title-text">
          <h1>{document.subject}</h1>
          <p class="meta">{notes.filter(Boolean).join(" · ")}</p>
        </div>
        <StatusChip status={document.status} />
        <a
          class="icon-button"
          href={base + contentPath(document.id)}
          download
          aria-label={words.download}
          title={words.download}
        >
          <Icon of={Download} />
        </a>
        {document.binned ? (
          <Button
            kind="primary"
            icon={RotateCcw}
            onClick={() => void restore(document, onChange).catch(showFailure)}
          >
            {words.restore}
          </Button>
        ) : (
          <Popover
            label={t().common.more}
            buttonClass="icon-button"
            button={<Icon of={Ellipsis} />}
            align="end"
          >
            {(close) => (
              <div class="menu">
                <Button
                  kind="ghost"
                  icon={FilePlus2}
                  onClick={() => {
                    close();
                    onNewVersion();
                  }}
                >
                  {words.newVersion}
                </Button>
                <Button kind="ghost" icon={Trash2} onClick={() => void moveToBin(document)}>
                  {words.toBin}
                </Button>
              </div>
            )}
          </Popover>
        )}
      </div>
      {document.binned && <p class="notice amber">{words.inBin}</p>}
    </header>
  );
}

interface OpenedProps {
  document: Document;
  onChange: (next: Document) => void;
  onReload: () => void;
}

function DataPane({ document, onChange, onReload }: OpenedProps) {
  const [tab, setTab] = useState<Tab>("data");
  const words = t().document;
  return (
    <div class="data-pane" data-pane tabIndex={-1}>
      <Tabs
        label={words.data}
        tabs={[
          { name: "data", label: words.data },
          { name: "versions", label: words.versions, count: document.version.number },
          { name: "history", label: words.history },
        ]}
        chosen={tab}
        onChoose={setTab}
      >
        {tab === "data" && (
          <DocumentData document={document} onChange={onChange} onReload={onReload} />
        )}
        {tab === "versions" && <Versions document={document} />}
        {tab === "history" && <History object={document.id} />}
      </Tabs>
    </div>
  );
}

function OpenedDocument({ document, onChange, onReload }: OpenedProps) {
  const [asking, setAsking] = useState(false);
  const dossier = useResource(document.dossier_id, () => getDossier(document.dossier_id));
  const unit = dossier.value?.unit_id ?? "";
  useEffect(() => {
    const kind = fileKind(document.version.mime_type);
    const reference = dossier.value?.file_reference;
    if (!reference) return;
    rememberOpened({
      kind: "document",
      id: document.id,
      title: document.subject,
      note: `${kind} · ${reference}`,
    });
  }, [document.id, document.subject, dossier.value?.file_reference]);
  useEffect(() => {
    shownUnit.value = unit;
    return () => {
      shownUnit.value = "";
    };
  }, [unit]);
  useKeys({
    Escape: () => navigate(pathOf("dossier", document.dossier_id)),
    d: () => globalThis.document.querySelector<HTMLAnchorElement>(".document-head [download]")?.click(),
    u: () => !document.binned && setAsking(true),
  });
  return (
    <div class="document">
      <Head
        document={document}
        dossier={dossier.value}
        onChange={onChange}
        onNewVersion={() => setAsking(true)}
      />
      <Split
        name="document"
        side="end"
        width={352}
        min={280}
        max={560}
        pane={<DataPane document={document} onChange={onChange} onReload={onReload} />}
      >
        <DocumentViewer document={document} />
      </Split>
      {asking && (
        <NewVersion document={document} onChange={onChange} onClose={() => setAsking(false)} />
      )}
    </div>
  );
}

export function DocumentScreen({ id }: { id: string }) {
  const document = useResource(id, () => getDocument(id));
  if (document.failure) return <FailureView failure={document.failure} onRetry={document.reload} />;
  if (!document.value) return <Skeleton rows={12} />;
  return (
    <OpenedDocument document={document.value} onChange={document.set} onReload={document.reload} />
  );
}
