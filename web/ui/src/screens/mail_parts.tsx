// What a mail carries, and the mails that belong to it: below its data.
import { Download, FilePlus2 } from "lucide-preact";
import { attachmentHref, isOpenable, listThread, type Openable, type ThreadMail } from "../api/attachments.ts";
import type { Attachment, Document } from "../api/types.ts";
import { IconButton } from "../components/button.tsx";
import { FileBadge } from "../components/chip.tsx";
import { Icon } from "../components/icon.tsx";
import { pathOf } from "../router/router.ts";
import { filingOf, makeDocument } from "../state/filed_attachments.ts";
import { useMayFile } from "../state/own_rights.ts";
import { useResource } from "../state/resource.ts";
import { carried, nameOf } from "../text/attachments.ts";
import { formatSize, formatTime } from "../text/format.ts";

interface RowProps {
  document: Document;
  attachment: Openable;
  mayFile: boolean;
  isShown: boolean;
  onOpen: (attachment: Openable) => void;
}

function Row({ document, attachment, mayFile, isShown, onOpen }: RowProps) {
  const words = carried();
  const name = nameOf(attachment);
  const made = filingOf(document, attachment);
  return (
    <>
      <div class="part-text">
        <button
          type="button"
          class="link-button"
          aria-label={words.open(name)}
          aria-current={isShown ? "true" : undefined}
          onClick={() => onOpen(attachment)}
        >
          {name}
        </button>
        <span class="meta">
          {attachment.size !== undefined && formatSize(attachment.size)}
          {made && made !== "filing" && (
            <a href={pathOf("document", made)}>{words.toDocument}</a>
          )}
        </span>
      </div>
      <a
        class="icon-button"
        href={attachmentHref(document, attachment)}
        download
        aria-label={words.download(name)}
        title={words.download(name)}
      >
        <Icon of={Download} />
      </a>
      {mayFile && (
        <IconButton
          icon={FilePlus2}
          label={words.fileNamed(name)}
          disabled={made !== undefined}
          onClick={() => void makeDocument(document, attachment)}
        />
      )}
    </>
  );
}

function Alone({ attachment }: { attachment: Attachment }) {
  return (
    <div class="part-text">
      <span>{nameOf(attachment)}</span>
      <span class="meta">{carried().notAlone}</span>
    </div>
  );
}

function Thread({ mails }: { mails: ThreadMail[] }) {
  return (
    <section class="parts" aria-labelledby="thread-title">
      <h2 id="thread-title">{carried().thread}</h2>
      <ul>
        {mails.map((mail) => (
          <li key={mail.document_id}>
            <div class="part-text">
              <a href={pathOf("document", mail.document_id)}>{mail.subject}</a>
              <span class="meta">
                {[mail.from, mail.sent_at && formatTime(mail.sent_at)].filter(Boolean).join(" · ")}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

export interface MailPartsProps {
  document: Document;
  shown: Openable | undefined;
  onOpen: (attachment: Openable) => void;
}

export function MailParts({ document, shown, onOpen }: MailPartsProps) {
  const mayFile = useMayFile(document.id) && !document.binned;
  // A thread is a help: where it does not come, nothing is missing.
  const thread = useResource(
    document.mail ? `thread ${document.id} ${document.version.number}` : "",
    () => listThread(document.id),
  );
  const attachments = document.attachments ?? [];
  const mails = thread.value?.items ?? [];
  return (
    <>
      {attachments.length > 0 && (
        <section class="parts" aria-labelledby="parts-title">
          <h2 id="parts-title">{carried().title}</h2>
          <ul>
            {attachments.map((each, i) => (
              <li key={each.number ?? `at ${i}`}>
                <FileBadge mimeType={each.mime_type} />
                {isOpenable(each) ? (
                  <Row
                    document={document}
                    attachment={each}
                    mayFile={mayFile}
                    isShown={shown?.number === each.number}
                    onOpen={onOpen}
                  />
                ) : (
                  <Alone attachment={each} />
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {mails.length > 0 && <Thread mails={mails} />}
    </>
  );
}
