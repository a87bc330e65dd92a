// One page: drawn when it comes near the window, with its text above it to be selected and read
// aloud, and what a search found in it marked.
import * as pdfjs from "pdfjs-dist";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Marking } from "./hit_place.ts";
import { drawBoxes } from "./page_boxes.ts";
import { drawMarks } from "./pdf_marks.ts";

interface PdfPageProps {
  pdf: pdfjs.PDFDocumentProxy;
  number: number;
  // Of the page in CSS px.
  width: number;
  marking?: Marking | undefined;
  // Its words are marked; the first of the marks, if there is any.
  onMarked?: (number: number, first: HTMLElement | undefined) => void;
}

const widthMax = 1500;
// A4, until the page itself has said.
const likelyRatio = Math.SQRT2;

export function PdfPage({ pdf, number, width, marking, onMarked }: PdfPageProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const marks = useRef<HTMLDivElement>(null);
  // Counts drawings of the text, each of which wants its marks.
  const [written, setWritten] = useState(0);
  const [near, setNear] = useState(false);
  const [ratio, setRatio] = useState(likelyRatio);
  const shown = Math.round(Math.min(width, widthMax));

  useEffect(() => {
    const box = frame.current;
    if (!box) return undefined;
    const observer = new IntersectionObserver(
      (entries) => setNear(entries.some((entry) => entry.isIntersecting)),
      { rootMargin: "800px" },
    );
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const target = canvas.current;
    const layer = text.current;
    if (!near || !target || !layer) return undefined;
    let stop = () => undefined as void;
    let wanted = true;
    const draw = async () => {
      const page = await pdf.getPage(number);
      if (!wanted) return;
      const natural = page.getViewport({ scale: 1 });
      setRatio(natural.height / natural.width);
      const viewport = page.getViewport({ scale: shown / natural.width });
      const pixels = Math.min(devicePixelRatio || 1, 2);
      target.width = Math.floor(viewport.width * pixels);
      target.height = Math.floor(viewport.height * pixels);
      const drawing = page.render({ canvas: target, viewport, transform: [pixels, 0, 0, pixels, 0, 0] });
      layer.replaceChildren();
      layer.style.setProperty("--total-scale-factor", String(viewport.scale));
      const words = new pdfjs.TextLayer({
        textContentSource: page.streamTextContent(),
        container: layer,
        viewport,
      });
      stop = () => {
        drawing.cancel();
        words.cancel();
      };
      await Promise.all([drawing.promise, words.render()]);
      if (wanted) setWritten((count) => count + 1);
    };
    // Drawing that is broken off because the page left the window is no failure.
    draw().catch((error: unknown) => {
      if (wanted) console.error("pdf page", number, error);
    });
    return () => {
      wanted = false;
      stop();
    };
  }, [near, shown, pdf, number]);

  useEffect(() => {
    const over = marks.current;
    if (!near || written === 0 || !text.current || !over) return undefined;
    if (!marking) {
      over.replaceChildren();
      return undefined;
    }
    const first = drawMarks(text.current, over, marking.find);
    onMarked?.(number, first);
    if (first || !marking.boxesOn) return undefined;
    let wanted = true;
    void marking.boxesOn(number).then((boxes) => {
      if (wanted) onMarked?.(number, drawBoxes(over, boxes));
    });
    return () => {
      wanted = false;
    };
  }, [near, written, marking, number, onMarked]);

  return (
    <div
      class="pdf-page"
      ref={frame}
      style={{ width: `${shown}px`, height: `${Math.round(shown * ratio)}px` }}
    >
      <canvas ref={canvas} />
      <div class="pdf-marks" ref={marks} />
      <div class="pdf-text" ref={text} />
    </div>
  );
}
