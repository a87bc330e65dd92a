// Shows a document: PDF by pdf.js, pictures as they are, everything else by its text.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { base } from "../api/client.ts";
import { type Failure, failureOf } from "../api/failure.ts";
import { previewPath } from "../api/objects.ts";
import type { Document } from "../api/types.ts";
import { FailureView, Skeleton } from "../components/states.tsx";
import { t } from "../text/messages.ts";
import { TextView } from "./text_view.tsx";

type PdfViewType = ComponentType<{ url: string; name: string }>;

// With PDF what the server sends to be shown.
export const pictures = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export function LazyPdf({ url, name }: { url: string; name: string }) {
  const [View, setView] = useState<PdfViewType>();
  const [failure, setFailure] = useState<Failure>();
  const load = () => {
    setFailure(undefined);
    import("./pdf_view.tsx").then(
      (module) => setView(() => module.PdfView),
      (error: unknown) => setFailure(failureOf(error)),
    );
  };
  useEffect(load, []);
  if (failure) return <FailureView failure={failure} onRetry={load} />;
  return View ? <View url={url} name={name} /> : <Skeleton rows={1} look="page" />;
}

export function Picture({ url, name }: { url: string; name: string }) {
  return (
    <div class="viewer">
      <div
        class="viewer-scroll"
        tabIndex={0}
        role="region"
        aria-label={`${t().document.viewer}: ${name}`}
      >
        <img class="picture" src={url} alt={name} />
      </div>
    </div>
  );
}

export function DocumentViewer({ document }: { document: Document }) {
  const { version } = document;
  const url = base + previewPath(document.id, version.number);
  if (version.mime_type === "application/pdf") {
    return <LazyPdf key={url} url={url} name={document.subject} />;
  }
  if (pictures.has(version.mime_type)) {
    return <Picture url={url} name={document.subject} />;
  }
  return <TextView document={document} />;
}
