import { History as HistoryIcon } from "lucide-preact";
import { listEvents } from "../api/objects.ts";
import { session } from "../api/session.ts";
import { ScrollRegion } from "../components/scroll_region.tsx";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import { useLiveList } from "../state/live.ts";
import { useResource } from "../state/resource.ts";
import { formatTime } from "../text/format.ts";
import { t } from "../text/messages.ts";

// What happened to an object, newest first.
export function History({ object }: { object: string }) {
  const events = useResource(`events-${object}`, () => listEvents(object));
  useLiveList(({ id }) => id === object, events.reload);
  if (events.failure?.status === 403) {
    return <Empty icon={HistoryIcon} title={t().history.forbidden} />;
  }
  if (events.failure) return <FailureView failure={events.failure} onRetry={events.reload} />;
  if (!events.value) return <Skeleton rows={5} />;
  if (events.value.items.length === 0) return <Empty icon={HistoryIcon} title={t().history.empty} />;
  const me = session.value?.user.id;
  return (
    <ScrollRegion label={t().document.history}>
      <ol class="history">
        {events.value.items.map((event) => (
          <li key={event.sequence}>
            <strong>{t().events[event.kind] ?? event.kind}</strong>
            <span class="meta">
              {formatTime(event.time)}
              {event.actor === me && ` · ${t().document.byYou}`}
            </span>
          </li>
        ))}
      </ol>
    </ScrollRegion>
  );
}
