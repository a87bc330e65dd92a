// Before files are sent: a subject for each, type and direction for all. What a mail says of itself need
// not be typed: the server takes it from the message.
import { FileUp, X } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import {
  type Direction,
  directions,
  type DocumentType,
  documentTypes,
  type NewDocument,
} from "../api/types.ts";
import { Button, IconButton } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { FileField, optionsOf, SelectField, TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Icon } from "../components/icon.tsx";
import { addUploads } from "../state/uploads.ts";
import { type UploadTarget, uploadDialog } from "../state/ui.ts";
import { today } from "../text/days.ts";
import { formatSize, isMailFile, subjectFromName } from "../text/format.ts";
import { t } from "../text/messages.ts";

interface Item {
  file: File;
  subject: string;
}

const itemOf = (file: File): Item => ({
  file,
  subject: isMailFile(file.name) ? "" : subjectFromName(file.name),
});
const isMail = ({ file }: Item): boolean => isMailFile(file.name);
const lacksSubject = (item: Item): boolean => !isMail(item) && !item.subject.trim();

// `type`: as it was chosen, if it was.
function metadataOf(item: Item, type: DocumentType | undefined) {
  const subject = item.subject.trim();
  if (!isMail(item)) return { subject, type: type ?? "letter" } satisfies Partial<NewDocument>;
  return { ...(subject ? { subject } : {}), ...(type ? { type } : {}), from_mail: true as const };
}

// Where the list of files changes under the focus, the focus goes on: to the first of the new files, to
// the one that follows a removed one, and back to choosing where none is left.
function useItemFocus() {
  const list = useRef<HTMLUListElement>(null);
  const wanted = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (wanted.current === undefined) return;
    const rows = list.current?.children ?? [];
    const row = rows[Math.min(wanted.current, rows.length - 1)];
    const before = list.current?.previousElementSibling;
    (row ?? before)?.querySelector("input")?.focus();
    wanted.current = undefined;
  });
  const focusItem = (index: number) => {
    wanted.current = index;
  };
  return { list, focusItem };
}

const close = () => {
  uploadDialog.value = null;
};

function UploadForm({ target, files }: { target: UploadTarget; files: File[] }) {
  const [items, setItems] = useState<Item[]>(() => files.map(itemOf));
  const [type, setType] = useState<DocumentType>();
  const [direction, setDirection] = useState<Direction>("incoming");
  const [day, setDay] = useState(today);
  const [asked, setAsked] = useState(false);
  const { list, focusItem } = useItemFocus();
  const words = t().upload;

  const add = (more: File[]) => {
    setItems([...items, ...more.map(itemOf)]);
    focusItem(items.length);
  };
  const remove = (index: number) => {
    setItems(items.filter((_, i) => i !== index));
    focusItem(index);
  };
  const submit = () => {
    setAsked(true);
    if (items.length === 0 || items.some(lacksSubject)) return;
    addUploads(
      items.map((item) => ({
        file: item.file,
        metadata: {
          dossier_id: target.dossierId,
          ...metadataOf(item, type),
          direction,
          channel: "upload" as const,
          ...(direction === "incoming" && day ? { received_on: day } : {}),
        },
      })),
    );
    close();
  };

  return (
    <Form onSubmit={submit}>
      <p class="meta figures">{words.into(target.reference)}</p>
      <FileField
        label={words.choose}
        multiple
        focus={files.length === 0}
        onFiles={add}
        error={asked && items.length === 0 ? t().document.fileMissing : undefined}
      />
      <ul class="upload-items" ref={list}>
        {items.map((item, i) => (
          <li key={`${item.file.name}-${i}`}>
            <Icon of={FileUp} />
            <div class="upload-item-text">
              <TextField
                label={words.subjectOf(item.file.name)}
                value={item.subject}
                focus={i === 0}
                onInput={(subject) =>
                  setItems(items.map((each, j) => (j === i ? { ...each, subject } : each)))
                }
                optional={isMail(item)}
                hint={isMail(item) && !item.subject.trim() ? words.fromMail : undefined}
                error={asked && lacksSubject(item) ? t().document.subjectMissing : undefined}
              />
              <span class="meta">{formatSize(item.file.size)}</span>
            </div>
            <IconButton
              icon={X}
              label={`${t().common.remove}: ${item.file.name}`}
              onClick={() => remove(i)}
            />
          </li>
        ))}
      </ul>
      <div class="two">
        <SelectField
          label={t().column.type}
          value={type ?? (items.length > 0 && items.every(isMail) ? "email" : "letter")}
          options={optionsOf(documentTypes, t().types)}
          onChange={setType}
        />
        <SelectField
          label={t().document.direction}
          value={direction}
          options={optionsOf(directions, t().directions)}
          onChange={setDirection}
        />
      </div>
      {direction === "incoming" && (
        <TextField label={t().document.receivedOn} type="date" value={day} onInput={setDay} />
      )}
      <div class="dialog-actions">
        <Button onClick={close}>{t().common.cancel}</Button>
        <Button kind="primary" type="submit">
          {words.submit(Math.max(1, items.length))}
        </Button>
      </div>
    </Form>
  );
}

export function UploadDialog() {
  const asked = uploadDialog.value;
  if (!asked) return null;
  return (
    <Dialog title={t().upload.title} look="wide" onClose={close}>
      <UploadForm target={asked.target} files={asked.files} />
    </Dialog>
  );
}
