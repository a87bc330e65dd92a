// Shows a document: PDF by pdf.js, pictures as they are, office files by the PDF made of them or by
// their text, everything else by its text.
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { base } from "../api/client.ts";
import { type Failure, failureOf } from "../api/failure.ts";
import { getDocument, previewPath } from "../api/objects.ts";
import type { Document } from "../api/types.ts";
import { FailureView, Skeleton } from "../components/states.tsx";
import { useAskAgain } from "../state/ask_again.ts";
import { isUnfinished } from "../state/shown_text.ts";
import { t } from "../text/messages.ts";
import { type HitPlace, type Marking, useMarking } from "./hit_place.ts";
import { areTextPages, hasLooks, Looks } from "./looks.tsx";
import { drawBoxes } from "./page_boxes.ts";
import { TextView } from "./text_view.tsx";

interface PdfProps {
  url: string;
  name: string;
  marking?: Marking | undefined;
}
type PdfViewType = ComponentType<PdfProps>;

// With PDF what the server sends to be shown.
export const pictures = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export function LazyPdf(props: PdfProps) {
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
  return View ? <View {...props} /> : <Skeleton rows={1} look="page" />;
}

export function Picture({ url, name, marking }: PdfProps) {
  const marks = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const over = marks.current;
    if (!over || !marking?.boxesOn) return undefined;
    let wanted = true;
    void marking.boxesOn(1).then((boxes) => {
      if (wanted) drawBoxes(over, boxes)?.scrollIntoView({ block: "center" });
    });
    return () => {
      wanted = false;
    };
  }, [marking]);
  return (
    <div class="viewer">
      <div
        class="viewer-scroll"
        tabIndex={0}
        role="region"
        aria-label={`${t().document.viewer}: ${name}`}
      >
        <div class="picture">
          <img src={url} alt={name} />
          <div class="pdf-marks" ref={marks} />
        </div>
      </div>
    </div>
  );
}

interface ViewerProps {
  document: Document;
  // Where to begin, and what to mark.
  place?: HitPlace;
  // What was found in the file, or made of it, since the document was read.
  onFresh?: (document: Document) => void;
}

const beginning: HitPlace = {};

const isSameVersion = (a: Document, b: Document) =>
  a.id === b.id && a.version.number === b.version.number;

// What is being made of it, and its text, is asked for again until it is there.
function useSettled(given: Document, onFresh: ViewerProps["onFresh"]): Document {
  const [fresh, setFresh] = useState<Document>();
  const isNewer = fresh && isSameVersion(fresh, given) && fresh.revision >= given.revision;
  const shown = isNewer ? fresh : given;
  const latest = useRef<Document | undefined>(given);
  latest.current = given;
  useEffect(() => () => {
    latest.current = undefined;
  }, []);
  const isMoreToCome = shown.preview_state === "pending" || isUnfinished(shown.text_state);
  useAskAgain(isMoreToCome, () => {
    getDocument(given.id).then(
      (next) => {
        // Of what is shown no more nobody is told.
        const now = latest.current;
        if (!now || !isSameVersion(next, now) || next.revision < now.revision) return;
        setFresh(next);
        onFresh?.(next);
      },
      () => undefined,
    );
  });
  return shown;
}

export function DocumentViewer({ document: given, place = beginning, onFresh }: ViewerProps) {
  const document = useSettled(given, onFresh);
  const { version } = document;
  const marking = useMarking(document, place);
  const url = base + previewPath(document.id, version.number);
  if (version.mime_type === "application/pdf") {
    return <LazyPdf key={url} url={url} name={document.subject} marking={marking} />;
  }
  if (pictures.has(version.mime_type)) {
    return <Picture url={url} name={document.subject} marking={marking} />;
  }
  const text = <TextView document={document} marking={marking} />;
  if (!hasLooks(version.mime_type)) return text;
  const isScan = areTextPages(version.mime_type);
  return (
    <Looks
      key={url}
      state={document.preview_state}
      textFirst={place.query !== undefined && !isScan}
      pages={<LazyPdf url={url} name={document.subject} marking={isScan ? marking : undefined} />}
      text={text}
    />
  );
}
