// In the place of the letter, once it is filed: the document it became.
import { FolderCheck } from "lucide-preact";
import { getDocument } from "../api/objects.ts";
import type { InboundItem } from "../api/inbox.ts";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import { useResource } from "../state/resource.ts";
import { post } from "../text/inbox.ts";
import { DocumentViewer } from "../viewer/document_viewer.tsx";

export function DocumentLink({ item }: { item: InboundItem }) {
  const id = item.filing?.document_id ?? "";
  const document = useResource(id, () => getDocument(id));
  if (id === "") return <Empty icon={FolderCheck} title={post().isFiledElsewhere} />;
  if (document.failure) return <FailureView failure={document.failure} onRetry={document.reload} />;
  if (!document.value) return <Skeleton rows={1} look="page" />;
  return <DocumentViewer document={document.value} />;
}
