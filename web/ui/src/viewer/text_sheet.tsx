// The text found in a file, as a sheet, with what the file says of itself above; or why there is none.
import { Download, FileX, RefreshCw } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { TextState } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import { Empty } from "../components/states.tsx";
import { t } from "../text/messages.ts";
import type { FindWords } from "./found_words.ts";
import type { Marking } from "./hit_place.ts";

function Original({ href }: { href: string }) {
  return (
    <a class="button plain" href={href} download>
      <Icon of={Download} size={16} />
      <span>{t().document.original}</span>
    </a>
  );
}

function Paragraph({ text, find }: { text: string; find: FindWords | undefined }) {
  const spans = find?.(text) ?? [];
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const { begin, end } of spans) {
    parts.push(text.slice(at, begin), <mark key={begin}>{text.slice(begin, end)}</mark>);
    at = end;
  }
  return <p>{[...parts, text.slice(at)]}</p>;
}

// Shows what was found, once it is there; more of a text that is read moves nothing.
function useScrollToMark(marking: Marking | undefined, isEmpty: boolean) {
  const sheet = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!marking?.page || !sheet.current) return;
    const page = sheet.current.querySelector(`[data-page="${marking.page}"]`);
    const mark = page?.querySelector("mark") ?? sheet.current.querySelector("mark");
    if (mark) mark.scrollIntoView({ block: "center" });
    else if (marking.page > 1) page?.scrollIntoView({ block: "start" });
  }, [marking, isEmpty]);
  return sheet;
}

interface TextSheetProps {
  name: string;
  text: string;
  state: TextState;
  // Where the file itself is.
  original: string;
  facts?: ComponentChildren;
  marking?: Marking;
  onRetry: () => void;
}

export function TextSheet(props: TextSheetProps) {
  const { name, text, state, original, facts, marking, onRetry } = props;
  const words = t().document;
  const isEmpty = text.trim() === "";
  const sheet = useScrollToMark(marking, isEmpty);
  if (isEmpty && !facts) {
    return (
      <Empty icon={FileX} title={words.noPreview} text={words.textStates[state]}>
        {state === "pending" && (
          <Button icon={RefreshCw} onClick={onRetry}>
            {t().common.retry}
          </Button>
        )}
        <Original href={original} />
      </Empty>
    );
  }
  const pages = text.split("\f").map((page) => page.split(/\n{2,}/).filter((each) => each.trim() !== ""));
  return (
    <div class="viewer">
      <div class="viewer-scroll" tabIndex={0} role="region" aria-label={`${words.viewer}: ${name}`}>
        <p class="viewer-note">
          <span class="meta">{words.textNote}</span>
          <Original href={original} />
        </p>
        <article class="sheet" lang="de" ref={sheet}>
          {facts}
          {isEmpty && <p>{words.textStates[state]}</p>}
          {pages.map((paragraphs, page) => (
            <div key={page} data-page={page + 1}>
              {paragraphs.map((paragraph, i) => (
                <Paragraph key={i} text={paragraph.trim()} find={marking?.find} />
              ))}
            </div>
          ))}
        </article>
      </div>
    </div>
  );
}
