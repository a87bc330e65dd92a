import { CircleCheck, RefreshCw, TriangleAlert, X } from "lucide-preact";
import { Button, IconButton } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import { ScrollRegion } from "../components/scroll_region.tsx";
import { clearUploads, isForInbox, retryUpload, type Upload, uploads, uploading } from "../state/uploads.ts";
import { t } from "../text/messages.ts";

function stateText(upload: Upload): string {
  const words = t().upload;
  if (upload.state === "running") return words.running(upload.percent);
  if (isForInbox(upload) && upload.state === "done") return words.doneInbox;
  if (isForInbox(upload) && upload.state === "failed") return words.failedInbox;
  return words[upload.state];
}

function UploadRow({ upload }: { upload: Upload }) {
  return (
    <li class={`upload-row ${upload.state}`}>
      <span class="upload-name">{upload.metadata.subject ?? upload.file.name}</span>
      <span class="upload-state">
        {upload.state === "done" && <Icon of={CircleCheck} size={14} />}
        {upload.state === "failed" && <Icon of={TriangleAlert} size={14} />}
        {stateText(upload)}
      </span>
      {(upload.state === "running" || upload.state === "storing") && (
        <progress max={100} value={upload.percent} aria-label={upload.metadata.subject ?? upload.file.name} />
      )}
      {upload.state === "failed" && (
        <>
          <span class="upload-failure">{upload.failure?.text}</span>
          <Button icon={RefreshCw} onClick={() => retryUpload(upload.id)}>
            {t().upload.retry}
          </Button>
        </>
      )}
    </li>
  );
}

export function UploadPanel() {
  if (uploads.value.length === 0) return null;
  return (
    <aside class="upload-panel" aria-label={t().upload.panel}>
      <header>
        <h2>{t().upload.panel}</h2>
        <IconButton
          icon={X}
          label={t().upload.clear}
          disabled={uploading.value}
          onClick={clearUploads}
        />
      </header>
      <ScrollRegion label={t().upload.panel}>
        <ul>
          {uploads.value.map((upload) => (
            <UploadRow key={upload.id} upload={upload} />
          ))}
        </ul>
      </ScrollRegion>
    </aside>
  );
}
