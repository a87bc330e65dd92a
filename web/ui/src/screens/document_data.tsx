import { Pencil, RefreshCw, ScanText } from "lucide-preact";
import { useState } from "preact/hooks";
import type { Openable } from "../api/attachments.ts";
import { makePreviewAnew, recogniseText } from "../api/objects.ts";
import type { Document } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { Facts } from "../components/facts.tsx";
import { lazy } from "../components/lazy.tsx";
import { ScrollRegion } from "../components/scroll_region.tsx";
import { showFailure } from "../state/toasts.ts";
import { formatDate, formatSize, formatTime } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { invoiceFacts } from "../viewer/document_facts.tsx";
import { hasLooks } from "../viewer/looks.tsx";
import { DocumentForm } from "./document_form.tsx";

const MailParts = lazy(async () => (await import("./mail_parts.tsx")).MailParts, "nothing");

// What a reader should know of the text: that it is not there yet, or that it was read from a
// picture.
export function textNote(document: Document): string | undefined {
  const words = t().document;
  const { recognition, recognised_pages: pages } = document;
  if (recognition) {
    const { pages_done: done, pages: all } = recognition;
    return words.recognising(Math.min(done + 1, all), all);
  }
  return pages && pages.length > 0 ? words.recognised(ranges(pages)) : undefined;
}

// "1–3, 7"
function ranges(pages: number[]): string {
  const parts: [number, number][] = [];
  for (const page of pages) {
    const last = parts.at(-1);
    if (last && last[1] === page - 1) last[1] = page;
    else parts.push([page, page]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
}

async function askAnew(
  make: (id: string) => Promise<unknown>,
  document: Document,
  onReload: () => void,
) {
  try {
    await make(document.id);
    onReload();
  } catch (error) {
    showFailure(error);
  }
}

interface DataProps {
  document: Document;
  onChange: (next: Document) => void;
  onReload: () => void;
  // The attachment that stands in the document's place.
  shown: Openable | undefined;
  onOpen: (attachment: Openable) => void;
}

export function DocumentData({ document, onChange, onReload, shown, onOpen }: DataProps) {
  const [editing, setEditing] = useState(false);
  const words = t().document;
  if (editing) {
    return (
      <DocumentForm
        document={document}
        onSaved={(next) => {
          onChange(next);
          setEditing(false);
        }}
        onReload={onReload}
        onClose={() => setEditing(false)}
      />
    );
  }
  const { version } = document;
  return (
    <ScrollRegion label={words.data}>
      <Facts
        facts={[
          [t().column.subject, document.subject],
          [t().column.type, t().types[document.type]],
          [words.direction, t().directions[document.direction]],
          [words.sender, document.sender],
          [words.recipients, document.recipients?.join(", ")],
          [words.letterDate, formatDate(document.letter_date)],
          [words.receivedOn, formatDate(document.received_on)],
          [words.sentOn, formatDate(document.sent_on)],
          [words.foreign, document.foreign_reference],
          [words.own, document.business_reference],
          ...(document.invoice ? invoiceFacts(document.invoice) : []),
          [words.text, textNote(document)],
          [words.file, version.file_name],
          [words.size, formatSize(version.size)],
          [words.checksum, <code key="sum">{version.sha256}</code>],
          [t().column.modified, formatTime(document.modified)],
        ]}
      />
      {(document.mail || (document.attachments?.length ?? 0) > 0) && (
        <MailParts document={document} shown={shown} onOpen={onOpen} />
      )}
      <div class="data-actions">
        {!document.binned && (
          <Button icon={Pencil} onClick={() => setEditing(true)}>
            {words.edit}
          </Button>
        )}
        {!document.binned && (document.recognised_pages?.length ?? 0) > 0 && (
          <Button
            icon={ScanText}
            onClick={() => void askAnew(recogniseText, document, onReload)}
          >
            {words.recogniseAnew}
          </Button>
        )}
        {!document.binned && hasLooks(version.mime_type) && document.preview_state !== "pending" && (
          <Button icon={RefreshCw} onClick={() => void askAnew(makePreviewAnew, document, onReload)}>
            {words.looks.anew}
          </Button>
        )}
      </div>
    </ScrollRegion>
  );
}
