// PDF pages by pdf.js. This module and pdf.js behind it are loaded when the first PDF is shown.
import { ArrowDownToLine, ArrowUpToLine, ChevronDown, ChevronUp, ZoomIn, ZoomOut } from "lucide-preact";
import * as pdfjs from "pdfjs-dist";
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { failureOf, type Failure } from "../api/failure.ts";
import { IconButton } from "../components/button.tsx";
import { FailureView, Skeleton } from "../components/states.tsx";
import { t } from "../text/messages.ts";
import type { Marking } from "./hit_place.ts";
import { PdfPage } from "./pdf_page.tsx";

pdfjs.GlobalWorkerOptions.workerSrc = workerUrl;

// The build copies these folders of pdf.js there, under its version so that they never change.
const helpers = `/pdfjs-${pdfjs.version}`;
const zoomSteps = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3];
const marginPx = 40;

function useDocument(url: string, round: number) {
  const [pdf, setPdf] = useState<pdfjs.PDFDocumentProxy>();
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    setPdf(undefined);
    setFailure(undefined);
    const task = pdfjs.getDocument({
      url,
      wasmUrl: `${helpers}/wasm/`,
      cMapUrl: `${helpers}/cmaps/`,
      standardFontDataUrl: `${helpers}/standard_fonts/`,
      cMapPacked: true,
    });
    let wanted = true;
    task.promise.then(
      (loaded) => wanted && setPdf(loaded),
      (error: unknown) => wanted && setFailure(failureOf(error)),
    );
    return () => {
      wanted = false;
      void task.destroy();
    };
  }, [url, round]);
  return { pdf, failure };
}

// The width of an element's inside, as it changes.
function useWidth() {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const box = element.current;
    if (!box) return undefined;
    const observer = new ResizeObserver(() => setWidth(box.clientWidth));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return { element, width };
}

const pageAt = (box: HTMLElement | null, number: number) =>
  box?.querySelectorAll<HTMLElement>(".pdf-page")[number - 1];

// Goes to pages with marks: to the page at once, and on to its first mark, which may be drawn later,
// unless the reader has gone on by himself meanwhile.
function useGoingToMarks(element: { current: HTMLElement | null }) {
  const awaited = useRef<number | undefined>(undefined);
  const goTo = useCallback((number: number) => {
    const page = pageAt(element.current, number);
    const mark = page?.querySelector(".pdf-mark");
    if (mark) mark.scrollIntoView({ block: "center" });
    else page?.scrollIntoView({ block: "start" });
    awaited.current = mark ? undefined : number;
  }, []);
  const onMarked = useCallback((number: number, first: HTMLElement | undefined) => {
    if (awaited.current !== number || !first) return;
    awaited.current = undefined;
    first.scrollIntoView({ block: "center" });
  }, []);
  const forget = useCallback(() => {
    awaited.current = undefined;
  }, []);
  return { goTo, onMarked, forget };
}

interface MarkButtonsProps {
  pages: readonly number[];
  page: number;
  onGo: (page: number) => void;
}

function MarkButtons({ pages, page, onGo }: MarkButtonsProps) {
  const before = pages.findLast((each) => each < page);
  const after = pages.find((each) => each > page);
  const words = t().document;
  return (
    <span class="mark-buttons">
      <span class="bar-line" />
      <IconButton
        icon={ArrowUpToLine}
        label={words.previousMark}
        disabled={before === undefined}
        onClick={() => before !== undefined && onGo(before)}
      />
      <IconButton
        icon={ArrowDownToLine}
        label={words.nextMark}
        disabled={after === undefined}
        onClick={() => after !== undefined && onGo(after)}
      />
    </span>
  );
}

interface PdfViewProps {
  url: string;
  name: string;
  marking?: Marking | undefined;
}

export function PdfView({ url, name, marking }: PdfViewProps) {
  const [round, setRound] = useState(0);
  const { pdf, failure } = useDocument(url, round);
  const { element, width } = useWidth();
  const [zoom, setZoom] = useState(1);
  const [page, setPage] = useState(1);
  const pages = pdf?.numPages ?? 0;

  const onScroll = () => {
    const box = element.current;
    if (!box) return;
    const middle = box.scrollTop + box.clientHeight / 2;
    const shown = [...box.querySelectorAll<HTMLElement>(".pdf-page")];
    const at = shown.findLastIndex((each) => each.offsetTop <= middle);
    setPage(Math.max(1, at + 1));
  };
  const goTo = (next: number) => pageAt(element.current, next)?.scrollIntoView({ block: "start" });
  const marks = useGoingToMarks(element);
  const first = marking?.page;
  const isLaidOut = pdf !== undefined && width > 0;
  useEffect(() => {
    if (isLaidOut && first !== undefined) marks.goTo(Math.min(first, pages));
  }, [isLaidOut, first, marking?.at]);
  const step = (by: number) => {
    const at = zoomSteps.findIndex((each) => each >= zoom - 0.01);
    setZoom(zoomSteps[Math.max(0, Math.min(zoomSteps.length - 1, at + by))] ?? 1);
  };

  if (failure) return <FailureView failure={failure} onRetry={() => setRound((n) => n + 1)} />;
  const words = t().document;
  return (
    <div class="viewer">
      <div
        class="viewer-scroll"
        ref={element}
        tabIndex={0}
        role="region"
        aria-label={`${words.viewer}: ${name}`}
        onScroll={onScroll}
        onWheel={marks.forget}
        onPointerDown={marks.forget}
        onKeyDown={marks.forget}
      >
        {!pdf && <Skeleton rows={1} look="page" />}
        {pdf &&
          width > 0 &&
          Array.from({ length: pages }, (_, i) => (
            <PdfPage
              key={i}
              pdf={pdf}
              number={i + 1}
              width={(width - marginPx) * zoom}
              marking={marking}
              onMarked={marks.onMarked}
            />
          ))}
      </div>
      {pdf && (
        <div class="viewer-bar" role="toolbar" aria-label={words.viewer}>
          <IconButton
            icon={ChevronUp}
            label={words.previous}
            disabled={page <= 1}
            onClick={() => goTo(page - 1)}
          />
          <span class="figures" aria-live="polite">
            {words.pageOf(page, pages)}
          </span>
          <IconButton
            icon={ChevronDown}
            label={words.next}
            disabled={page >= pages}
            onClick={() => goTo(page + 1)}
          />
          {marking && marking.pages.length > 1 && (
            <MarkButtons pages={marking.pages} page={page} onGo={marks.goTo} />
          )}
          <span class="bar-line" />
          <IconButton icon={ZoomOut} label={words.zoomOut} onClick={() => step(-1)} />
          <button type="button" class="bar-text" onClick={() => setZoom(1)}>
            {zoom === 1 ? words.fit : `${Math.round(zoom * 100)} %`}
          </button>
          <IconButton icon={ZoomIn} label={words.zoomIn} onClick={() => step(1)} />
        </div>
      )}
    </div>
  );
}
