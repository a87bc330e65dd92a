// A file that has two looks: its pages, as a PDF that the server made of it, and its text.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { PreviewState } from "../api/types.ts";
import { t } from "../text/messages.ts";

const officeTypes = new Set([
  "application/msword",
  "application/vnd.ms-excel",
  "application/vnd.ms-powerpoint",
  "text/rtf",
  "application/rtf",
  "image/tiff",
]);

// Whose pages say more than their text: letters, tables, slides, scans.
export const hasLooks = (mimeType: string): boolean =>
  officeTypes.has(mimeType) ||
  mimeType.startsWith("application/vnd.openxmlformats-officedocument.") ||
  mimeType.startsWith("application/vnd.oasis.opendocument.");

// Whose text was read from its pages, so that what is found in it has a place on them: scans.
export const areTextPages = (mimeType: string): boolean => mimeType === "image/tiff";

type Look = "pages" | "text";

interface LooksProps {
  state: PreviewState | undefined;
  // The text comes first, as where words in it are to be shown.
  textFirst?: boolean;
  pages: ComponentChildren;
  text: ComponentChildren;
}

// Without pages the text is what there is; pages that come later take its place, unless the reader
// chose the text.
export function Looks({ state, textFirst = false, pages, text }: LooksProps) {
  const [chosen, setChosen] = useState<Look | undefined>(textFirst ? "text" : undefined);
  const words = t().document.looks;
  if (state === "pending") {
    return (
      <div class="looks">
        <p class="looks-note meta" role="status">
          {words.making}
        </p>
        {text}
      </div>
    );
  }
  if (state !== "made") return <>{text}</>;
  const look = chosen ?? "pages";
  return (
    <div class="looks">
      <div class="looks-bar" role="group" aria-label={words.label}>
        {(["pages", "text"] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === look}
            onClick={() => setChosen(each)}
          >
            {words[each]}
          </button>
        ))}
      </div>
      {look === "pages" ? pages : text}
    </div>
  );
}
