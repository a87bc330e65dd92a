// For what is no PDF and no picture: the text found in it, below the facts of a mail or an invoice.
import { base } from "../api/client.ts";
import { contentPath, getDocument, getText } from "../api/objects.ts";
import type { Document } from "../api/types.ts";
import { FailureView, Skeleton } from "../components/states.tsx";
import { useShownText } from "../state/shown_text.ts";
import { DocumentFacts, hasFacts } from "./document_facts.tsx";
import type { Marking } from "./hit_place.ts";
import { TextSheet } from "./text_sheet.tsx";

// What a file says of itself is known together with its text: a document that was asked for before
// that is asked for again.
async function read(document: Document) {
  const found = await getText(document.id);
  const now = document.text_state === "pending" ? await getDocument(document.id) : undefined;
  return { ...found, now };
}

export function TextView({ document, marking }: { document: Document; marking?: Marking }) {
  const found = useShownText(
    `${document.id} ${document.version.number}`,
    document.text_state,
    () => read(document),
  );
  if (found.failure) return <FailureView failure={found.failure} onRetry={found.reload} />;
  if (!found.value) return <Skeleton rows={1} look="page" />;
  const { text, state, now } = found.value;
  const shown = document.text_state === "pending" ? (now ?? document) : document;
  return (
    <TextSheet
      name={document.subject}
      text={text}
      state={state}
      original={base + contentPath(document.id)}
      facts={hasFacts(shown) && <DocumentFacts document={shown} />}
      onRetry={found.reload}
      {...(marking ? { marking } : {})}
    />
  );
}
