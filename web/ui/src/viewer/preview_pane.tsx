import { Maximize2, X } from "lucide-preact";
import { getDocument } from "../api/objects.ts";
import { IconButton } from "../components/button.tsx";
import { FailureView, Skeleton } from "../components/states.tsx";
import { navigate } from "../router/router.ts";
import { useLive } from "../state/live.ts";
import { useResource } from "../state/resource.ts";
import { t } from "../text/messages.ts";
import { DocumentViewer } from "./document_viewer.tsx";
import { type HitPlace, pathOfHit } from "./hit_place.ts";

// A document beside the list it stands in.
interface PreviewProps {
  id: string;
  place?: HitPlace;
  onClose: () => void;
}

export function PreviewPane({ id, place, onClose }: PreviewProps) {
  const document = useResource(id, () => getDocument(id));
  useLive("document", id, document.reload);
  return (
    <section class="preview" aria-label={t().dossier.preview} data-pane tabIndex={-1}>
      <header class="preview-head">
        <h2>{document.value?.subject}</h2>
        <IconButton
          icon={Maximize2}
          label={t().common.open}
          onClick={() => navigate(pathOfHit({ ...place, document_id: id }, place?.query ?? ""))}
        />
        <IconButton icon={X} label={t().common.close} onClick={onClose} />
      </header>
      {document.failure && <FailureView failure={document.failure} onRetry={document.reload} />}
      {!document.value && !document.failure && <Skeleton rows={1} look="page" />}
      {document.value && <DocumentViewer document={document.value} {...(place ? { place } : {})} />}
    </section>
  );
}
