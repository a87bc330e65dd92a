// Shows an attachment in the place of the mail that carries it, be it filed or in an inbox: PDF and
// pictures as they are, all else by its text.
import { ArrowLeft, Download, FilePlus2 } from "lucide-preact";
import { useEffect, useRef } from "preact/hooks";
import {
  attachmentHref,
  attachmentPreview,
  type Carrier,
  getAttachmentText,
  type Openable,
} from "../api/attachments.ts";
import type { Document } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { FileBadge } from "../components/chip.tsx";
import { Icon } from "../components/icon.tsx";
import { FailureView, Skeleton } from "../components/states.tsx";
import { pathOf } from "../router/router.ts";
import { filingOf, makeDocument } from "../state/filed_attachments.ts";
import { useMayFile } from "../state/own_rights.ts";
import { useResource } from "../state/resource.ts";
import { carried, nameOf } from "../text/attachments.ts";
import { t } from "../text/messages.ts";
import { LazyPdf, Picture, pictures } from "./document_viewer.tsx";
import { TextSheet } from "./text_sheet.tsx";

interface ShownProps {
  carrier: Carrier;
  attachment: Openable;
}

function AttachmentText({ carrier, attachment }: ShownProps) {
  const found = useResource(`${carrier} ${attachment.number}`, () =>
    getAttachmentText(carrier, attachment),
  );
  if (found.failure) return <FailureView failure={found.failure} onRetry={found.reload} />;
  if (!found.value) return <Skeleton rows={1} look="page" />;
  return (
    <TextSheet
      name={nameOf(attachment)}
      text={found.value.text}
      state={found.value.state}
      original={attachmentHref(carrier, attachment)}
      onRetry={found.reload}
    />
  );
}

function Content({ carrier, attachment }: ShownProps) {
  const url = attachmentPreview(carrier, attachment);
  if (attachment.mime_type === "application/pdf") {
    return <LazyPdf key={url} url={url} name={nameOf(attachment)} />;
  }
  if (pictures.has(attachment.mime_type)) {
    return <Picture key={url} url={url} name={nameOf(attachment)} />;
  }
  return <AttachmentText carrier={carrier} attachment={attachment} />;
}

// Making a document of its own of it, and what became of it.
function Filing({ document, attachment }: { document: Document; attachment: Openable }) {
  const words = carried();
  const mayFile = useMayFile(document.id) && !document.binned;
  const made = filingOf(document, attachment);
  if (made && made !== "filing") {
    return (
      <a class="button plain" href={pathOf("document", made)}>
        {words.toDocument}
      </a>
    );
  }
  if (!mayFile) return null;
  return (
    <Button
      icon={FilePlus2}
      disabled={made !== undefined}
      onClick={() => void makeDocument(document, attachment)}
    >
      {words.file}
    </Button>
  );
}

interface AttachmentViewerProps extends ShownProps {
  // That carries it, where it is filed.
  document?: Document;
  onClose: () => void;
}

export function AttachmentViewer(props: AttachmentViewerProps) {
  const { carrier, document, attachment, onClose } = props;
  const words = carried();
  const name = nameOf(attachment);
  // Whoever opens one, by the keyboard or on a phone, where the list stands below, is taken to it.
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    bar.current?.focus();
    bar.current?.scrollIntoView({ block: "nearest" });
  }, [attachment.number]);
  return (
    <section class="attachment" aria-label={words.view(name)} ref={bar} tabIndex={-1}>
      <header class="attachment-bar">
        <Button kind="ghost" icon={ArrowLeft} onClick={onClose}>
          {words.back}
        </Button>
        <FileBadge mimeType={attachment.mime_type} />
        <h2>{name}</h2>
        <a class="button plain" href={attachmentHref(carrier, attachment)} download>
          <Icon of={Download} size={16} />
          <span>{t().document.download}</span>
        </a>
        {document && <Filing document={document} attachment={attachment} />}
      </header>
      <Content carrier={carrier} attachment={attachment} />
    </section>
  );
}
