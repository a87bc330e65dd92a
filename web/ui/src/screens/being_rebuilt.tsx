// Above what was found, while the index is being built anew.
import { t } from "../text/messages.ts";

export function BeingRebuilt({ percent }: { percent: number | undefined }) {
  if (percent === undefined) return null;
  return (
    <p class="notice amber" role="status">
      {t().search.rebuilding(percent)}
    </p>
  );
}
