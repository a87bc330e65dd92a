// Above the hits of a search: that the same words are found in post that is no document yet.
// Without an answer nothing is said.
import { Inbox } from "lucide-preact";
import { listItems } from "../api/inbox.ts";
import { Icon } from "../components/icon.tsx";
import { pathOf } from "../router/router.ts";
import { useLiveList } from "../state/live.ts";
import { useResource } from "../state/resource.ts";
import { t } from "../text/messages.ts";

export function FoundPost({ query }: { query: string }) {
  const found = useResource(query, () => listItems({ q: query }, undefined, 1));
  useLiveList(({ object }) => object === "inbound_item", found.reload);
  const { items = [], total_estimate: total = 0 } = found.value ?? {};
  if (items.length === 0) return null;
  return (
    <p class="found-post">
      <Icon of={Inbox} size={16} />
      <a href={pathOf("inbox", "", { q: query })}>
        {t().search.inPost(Math.max(total, items.length))}
      </a>
    </p>
  );
}
