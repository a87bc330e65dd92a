// Hits, and beside them the one that is looked at. Space shows it, Escape puts it away.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Hit, HitPage } from "../api/types.ts";
import { Split } from "../components/split.tsx";
import { useKeys } from "../state/keys.ts";
import { PreviewPane } from "../viewer/preview_pane.tsx";
import { HitList } from "./hit_list.tsx";

interface HitsProps {
  name: string;
  load: (cursor: string | undefined) => Promise<HitPage>;
  query: string;
  rows?: "short";
  empty: ComponentChildren;
  onAnswer?: (answer: HitPage) => void;
}

export function HitsWithPreview(props: HitsProps) {
  const [shown, setShown] = useState<Hit>();
  useKeys({ Escape: () => (shown ? setShown(undefined) : history.back()) });
  const hits = (
    <HitList {...props} look="everywhere" shown={shown?.document_id ?? ""} onShow={setShown} />
  );
  if (!shown) return hits;
  const preview = (
    <PreviewPane
      id={shown.document_id}
      place={{ page: shown.page, query: props.query }}
      onClose={() => setShown(undefined)}
    />
  );
  return (
    <Split name="preview" side="end" width={460} min={320} max={760} pane={preview}>
      {hits}
    </Split>
  );
}
