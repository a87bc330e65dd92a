// Shows what arrived: PDF by pdf.js, pictures as they are, everything else by its text.
import { Download, FileX, RefreshCw } from "lucide-preact";
import { base } from "../api/client.ts";
import {
  getItemText,
  type InboundItem,
  itemContentPath,
  itemPreviewPath,
} from "../api/inbox.ts";
import { Button } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import { useResource } from "../state/resource.ts";
import { t } from "../text/messages.ts";
import { LazyPdf, Picture, pictures } from "./document_viewer.tsx";

function Original({ item }: { item: InboundItem }) {
  return (
    <a class="button plain" href={base + itemContentPath(item.id)} download>
      <Icon of={Download} size={16} />
      <span>{t().document.original}</span>
    </a>
  );
}

function ItemText({ item }: { item: InboundItem }) {
  const found = useResource(`${item.id} ${item.text_state}`, () => getItemText(item.id));
  if (found.failure) return <FailureView failure={found.failure} onRetry={found.reload} />;
  if (!found.value) return <Skeleton rows={1} look="page" />;
  const words = t().document;
  const { text, state } = found.value;
  if (text.trim() === "") {
    return (
      <Empty icon={FileX} title={words.noPreview} text={words.textStates[state]}>
        {state === "pending" && (
          <Button icon={RefreshCw} onClick={found.reload}>
            {t().common.retry}
          </Button>
        )}
        <Original item={item} />
      </Empty>
    );
  }
  const paragraphs = text.split(/\n{2,}|\f/).filter((paragraph) => paragraph.trim() !== "");
  return (
    <div class="viewer">
      <div
        class="viewer-scroll"
        tabIndex={0}
        role="region"
        aria-label={`${words.viewer}: ${item.subject}`}
      >
        <p class="viewer-note">
          <span class="meta">{words.textNote}</span>
          <Original item={item} />
        </p>
        <article class="sheet" lang="de">
          {paragraphs.map((paragraph, i) => (
            <p key={i}>{paragraph.trim()}</p>
          ))}
        </article>
      </div>
    </div>
  );
}

export function ItemViewer({ item }: { item: InboundItem }) {
  const url = base + itemPreviewPath(item.id);
  if (item.file.mime_type === "application/pdf") {
    return <LazyPdf key={url} url={url} name={item.subject} />;
  }
  if (pictures.has(item.file.mime_type)) return <Picture url={url} name={item.subject} />;
  return <ItemText key={item.id} item={item} />;
}
