// What a mail carries, and the mails that belong to it: below its data.
import { carrierOf, listThread, type Openable, type ThreadMail } from "../api/attachments.ts";
import type { Document } from "../api/types.ts";
import { pathOf } from "../router/router.ts";
import { filingOf, makeDocument } from "../state/filed_attachments.ts";
import { useMayFile } from "../state/own_rights.ts";
import { useResource } from "../state/resource.ts";
import { sameIn } from "../state/same_mail.ts";
import { carried } from "../text/attachments.ts";
import { formatTime } from "../text/format.ts";
import { CarriedList } from "./carried_list.tsx";

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
  const file = (attachment: Openable) => void makeDocument(document, attachment);
  const same = document.binned ? undefined : sameIn(document, mails);
  return (
    <>
      {same && (
        <p class="notice amber" role="note">
          {carried().filedTwice} <a href={pathOf("document", same.document_id)}>{same.subject}</a>
        </p>
      )}
      {attachments.length > 0 && (
        <CarriedList
          carrier={carrierOf(document)}
          attachments={attachments}
          shown={shown}
          onOpen={onOpen}
          madeOf={(attachment) => filingOf(document, attachment)}
          onFile={mayFile ? file : undefined}
        />
      )}
      {mails.length > 0 && <Thread mails={mails} />}
    </>
  );
}
