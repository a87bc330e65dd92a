// For what is no PDF and no picture: the text found in it, as a sheet, below the facts of a mail or
// an invoice.
import { Download, FileX, RefreshCw } from "lucide-preact";
import { base } from "../api/client.ts";
import { contentPath, getDocument, getText } from "../api/objects.ts";
import type { Document, TextState } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import { useResource } from "../state/resource.ts";
import { t } from "../text/messages.ts";
import { DocumentFacts, hasFacts } from "./document_facts.tsx";

// What a file says of itself is known together with its text: a document that was asked for before
// that is asked for again.
async function read(document: Document) {
  const found = await getText(document.id);
  const now = document.text_state === "pending" ? await getDocument(document.id) : undefined;
  return { ...found, now };
}

function Original({ document }: { document: Document }) {
  return (
    <a class="button plain" href={base + contentPath(document.id)} download>
      <Icon of={Download} size={16} />
      <span>{t().document.original}</span>
    </a>
  );
}

interface SheetProps {
  document: Document;
  text: string;
  state: TextState;
}

function Sheet({ document, text, state }: SheetProps) {
  const paragraphs = text.split(/\n{2,}|\f/).filter((paragraph) => paragraph.trim() !== "");
  return (
    <article class="sheet" lang="de">
      <DocumentFacts document={document} />
      {paragraphs.length === 0 && <p>{t().document.textStates[state]}</p>}
      {paragraphs.map((paragraph, i) => (
        <p key={i}>{paragraph.trim()}</p>
      ))}
    </article>
  );
}

export function TextView({ document }: { document: Document }) {
  const found = useResource(`${document.id} ${document.version.number}`, () => read(document));
  if (found.failure) return <FailureView failure={found.failure} onRetry={found.reload} />;
  if (!found.value) return <Skeleton rows={1} look="page" />;
  const words = t().document;
  const { text, state, now } = found.value;
  const shown = document.text_state === "pending" ? (now ?? document) : document;
  if (text.trim() === "" && !hasFacts(shown)) {
    return (
      <Empty icon={FileX} title={words.noPreview} text={words.textStates[state]}>
        {state === "pending" && (
          <Button icon={RefreshCw} onClick={found.reload}>
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
        <Sheet document={shown} text={text} state={state} />
      </div>
    </div>
  );
}
