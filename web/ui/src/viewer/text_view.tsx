// For what is no PDF and no picture: the text found in it, as a sheet. A mail's head stands above.
import { Download, FileX, RefreshCw } from "lucide-preact";
import { base } from "../api/client.ts";
import { contentPath, getText } from "../api/objects.ts";
import type { Document } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { Facts } from "../components/facts.tsx";
import { Icon } from "../components/icon.tsx";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import { useResource } from "../state/resource.ts";
import { formatTime } from "../text/format.ts";
import { t } from "../text/messages.ts";

export interface Mail {
  from: string;
  to: string;
  date: string;
  subject: string;
  body: string;
}

// The text of a mail begins with its head: "From: …", "To: …", "Date: …", "Subject: …".
export function splitMail(text: string): Mail | undefined {
  const head: Record<string, string> = {};
  let rest = text;
  for (;;) {
    const line = /^(From|To|Cc|Date|Subject): ([^\n]*)\n?/.exec(rest);
    if (!line) break;
    head[line[1] ?? ""] = (line[2] ?? "").trim();
    rest = rest.slice(line[0].length);
  }
  if (!head["From"]) return undefined;
  const { From: from = "", To: to = "", Date: date = "", Subject: subject = "" } = head;
  return { from, to, date, subject, body: rest.trim() };
}

function mailDate(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : formatTime(new Date(time).toISOString());
}

function Original({ document }: { document: Document }) {
  return (
    <a class="button plain" href={base + contentPath(document.id)} download>
      <Icon of={Download} size={16} />
      <span>{t().document.original}</span>
    </a>
  );
}

function Sheet({ document, text }: { document: Document; text: string }) {
  const mail = document.version.mime_type.includes("rfc822") ? splitMail(text) : undefined;
  const words = t().document;
  const attachments = document.attachments?.map((each) => each.name).join(", ");
  return (
    <article class="sheet" lang="de">
      {mail && (
        <Facts
          facts={[
            [words.sender, mail.from],
            [words.recipients, mail.to],
            [t().column.date, mailDate(mail.date)],
            [t().column.subject, mail.subject],
            [words.attachments, attachments],
          ]}
        />
      )}
      {(mail?.body ?? text)
        .split(/\n{2,}|\f/)
        .filter((paragraph) => paragraph.trim() !== "")
        .map((paragraph, i) => (
          <p key={i}>{paragraph.trim()}</p>
        ))}
    </article>
  );
}

export function TextView({ document }: { document: Document }) {
  const text = useResource(`${document.id} ${document.version.number}`, () => getText(document.id));
  if (text.failure) return <FailureView failure={text.failure} onRetry={text.reload} />;
  if (!text.value) return <Skeleton rows={1} look="page" />;
  const words = t().document;
  if (text.value.text.trim() === "") {
    return (
      <Empty icon={FileX} title={words.noPreview} text={words.textStates[text.value.state]}>
        {text.value.state === "pending" && (
          <Button icon={RefreshCw} onClick={text.reload}>
            {t().common.retry}
          </Button>
        )}
        <Original document={document} />
      </Empty>
    );
  }
  return (
    <div class="viewer">
      <div
        class="viewer-scroll"
        tabIndex={0}
        role="region"
        aria-label={`${words.viewer}: ${document.subject}`}
      >
        <p class="viewer-note">
          <span class="meta">{words.textNote}</span>
          <Original document={document} />
        </p>
        <Sheet document={document} text={text.value.text} />
      </div>
    </div>
  );
}
