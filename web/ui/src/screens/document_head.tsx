// The head of a document's screen: where it lies, its name, and what can be done with it.
import { ArrowLeft, Download, Ellipsis, Eraser, FilePlus2, FileSearch, RotateCcw, Route, Trash2 } from "lucide-preact";
import { base } from "../api/client.ts";
import { binDocument, contentPath, restoreDocument } from "../api/objects.ts";
import type { Document, Dossier } from "../api/types.ts";
import { Breadcrumbs } from "../components/breadcrumbs.tsx";
import { Button } from "../components/button.tsx";
import { FileBadge, StatusChip } from "../components/chip.tsx";
import { Icon } from "../components/icon.tsx";
import { Popover } from "../components/popover.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { pathOfUnit } from "../state/plan.ts";
import { showFailure, showToast } from "../state/toasts.ts";
import { formatDate, nameOfParty } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { pathOfSimilar } from "./hit_list.tsx";

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
  onSend: () => void;
  // Absent: not for this user to do.
  onErase: (() => void) | undefined;
}

function Menu({ document, onNewVersion, onSend, onErase }: HeadProps) {
  const words = t().document;
  const isBinned = document.binned !== undefined;
  if (isBinned && !onErase) return null;
  return (
    <Popover
      label={t().common.more}
      buttonClass="icon-button"
      button={<Icon of={Ellipsis} />}
      align="end"
    >
      {(close) => {
        const closing = (act: () => void) => () => {
          close();
          act();
        };
        return (
          <div class="menu">
            {!isBinned && (
              <>
                <Button kind="ghost" icon={Route} hint="W" onClick={closing(onSend)}>
                  {words.sendRound}
                </Button>
                <Button
                  kind="ghost"
                  icon={FileSearch}
                  onClick={closing(() => navigate(pathOfSimilar(document.id)))}
                >
                  {t().search.similar}
                </Button>
                <Button kind="ghost" icon={FilePlus2} onClick={closing(onNewVersion)}>
                  {words.newVersion}
                </Button>
                <Button kind="ghost" icon={Trash2} onClick={() => void moveToBin(document)}>
                  {words.toBin}
                </Button>
              </>
            )}
            {onErase && (
              <Button kind="ghost" icon={Eraser} onClick={closing(onErase)}>
                {t().common.erase}
              </Button>
            )}
          </div>
        );
      }}
    </Popover>
  );
}

export function DocumentHead(props: HeadProps) {
  const { document, dossier, onChange } = props;
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
        {document.binned && (
          <Button
            kind="primary"
            icon={RotateCcw}
            onClick={() => void restore(document, onChange).catch(showFailure)}
          >
            {words.restore}
          </Button>
        )}
        <Menu {...props} />
      </div>
      {document.binned && <p class="notice amber">{words.inBin}</p>}
    </header>
  );
}
