// Shows what arrived: PDF by pdf.js, pictures as they are, office files by the PDF made of them or by
// their text, everything else by its text.
import { base } from "../api/client.ts";
import {
  getItemText,
  type InboundItem,
  itemContentPath,
  itemPreviewPath,
} from "../api/inbox.ts";
import { FailureView, Skeleton } from "../components/states.tsx";
import { useShownText } from "../state/shown_text.ts";
import { DocumentFacts, hasFacts } from "./document_facts.tsx";
import { LazyPdf, Picture, pictures } from "./document_viewer.tsx";
import type { Marking } from "./hit_place.ts";
import { hasLooks, Looks } from "./looks.tsx";
import { TextSheet } from "./text_sheet.tsx";

interface ItemViewerProps {
  item: InboundItem;
  // What of it a field was read from.
  marking?: Marking | undefined;
}

function ItemText({ item, marking }: ItemViewerProps) {
  const found = useShownText(item.id, item.text_state, () => getItemText(item.id));
  if (found.failure) return <FailureView failure={found.failure} onRetry={found.reload} />;
  if (!found.value) return <Skeleton rows={1} look="page" />;
  return (
    <TextSheet
      name={item.subject}
      text={found.value.text}
      state={found.value.state}
      original={base + itemContentPath(item.id)}
      facts={hasFacts(item) && <DocumentFacts document={item} />}
      onRetry={found.reload}
      {...(marking ? { marking } : {})}
    />
  );
}

export function ItemViewer({ item, marking }: ItemViewerProps) {
  const url = base + itemPreviewPath(item.id);
  if (item.file.mime_type === "application/pdf") {
    return <LazyPdf key={url} url={url} name={item.subject} marking={marking} />;
  }
  if (pictures.has(item.file.mime_type)) {
    return <Picture url={url} name={item.subject} marking={marking} />;
  }
  const text = <ItemText key={item.id} item={item} marking={marking} />;
  if (!hasLooks(item.file.mime_type)) return text;
  return (
    <Looks
      key={item.id}
      state={item.preview_state}
      pages={<LazyPdf url={url} name={item.subject} marking={marking} />}
      text={text}
    />
  );
}
