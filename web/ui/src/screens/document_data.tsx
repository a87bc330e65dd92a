import { Pencil } from "lucide-preact";
import { useState } from "preact/hooks";
import type { Document } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { Facts } from "../components/facts.tsx";
import { ScrollRegion } from "../components/scroll_region.tsx";
import { formatDate, formatSize, formatTime } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { DocumentForm } from "./document_form.tsx";

interface DataProps {
  document: Document;
  onChange: (next: Document) => void;
  onReload: () => void;
}

export function DocumentData({ document, onChange, onReload }: DataProps) {
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
          [words.attachments, document.attachments?.map((each) => each.name).join(", ")],
          [words.file, version.file_name],
          [words.size, formatSize(version.size)],
          [words.checksum, <code key="sum">{version.sha256}</code>],
          [t().column.modified, formatTime(document.modified)],
        ]}
      />
      {!document.binned && (
        <Button icon={Pencil} onClick={() => setEditing(true)}>
          {words.edit}
        </Button>
      )}
    </ScrollRegion>
  );
}
