import { ArrowRight, Clock, FileText, Folder, FolderOpen } from "lucide-preact";
import { search } from "../api/objects.ts";
import { session } from "../api/session.ts";
import type { Hit } from "../api/types.ts";
import { FileBadge } from "../components/chip.tsx";
import { Icon, type LucideIcon } from "../components/icon.tsx";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import { pathOf } from "../router/router.ts";
import { recent, type RecentItem } from "../state/recent.ts";
import { useResource } from "../state/resource.ts";
import { formatNear, formatToday } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { SavedSearches } from "./saved_searches.tsx";
import { StartSubstitutions, StartTasks } from "./start_tasks.tsx";

const freshMax = 8;

function greeting(hour: number): string {
  const words = t().start.greetings;
  if (hour < 11) return words.morning;
  return hour < 18 ? words.day : words.evening;
}

interface CardProps {
  href: string;
  icon: LucideIcon;
  title: string;
  note: string;
  time: string;
}

function Card({ href, icon, title, note, time }: CardProps) {
  return (
    <li>
      <a class="card" href={href}>
        <span class="card-icon">
          <Icon of={icon} />
        </span>
        <span class="card-text">
          <strong>{title}</strong>
          <span class="meta">{note}</span>
        </span>
        <span class="meta card-time">{time}</span>
      </a>
    </li>
  );
}

function RecentCard({ item }: { item: RecentItem }) {
  return (
    <Card
      href={pathOf(item.kind, item.id)}
      icon={item.kind === "dossier" ? Folder : FileText}
      title={item.title}
      note={item.note}
      time={formatNear(item.at)}
    />
  );
}

function FreshRow({ hit }: { hit: Hit }) {
  return (
    <li>
      <a class="line" href={pathOf("document", hit.document_id)}>
        <FileBadge mimeType={hit.mime_type} />
        <span class="line-text">
          <span class="line-title">{hit.subject}</span>
          <span class="meta">
            {[hit.file_reference, hit.dossier_title].filter(Boolean).join(" · ")}
          </span>
        </span>
        <span class="meta">{hit.date ? formatNear(hit.date) : ""}</span>
      </a>
    </li>
  );
}

function Fresh() {
  const fresh = useResource("fresh", () => search({ q: "", sort: "newest" }, undefined, freshMax));
  if (fresh.failure) return <FailureView failure={fresh.failure} onRetry={fresh.reload} />;
  if (!fresh.value) return <Skeleton rows={5} />;
  if (fresh.value.items.length === 0) {
    return <Empty icon={FileText} title={t().start.freshEmpty} />;
  }
  return (
    <ul class="lines">
      {fresh.value.items.map((hit) => (
        <FreshRow key={hit.document_id} hit={hit} />
      ))}
    </ul>
  );
}

function Recent() {
  return (
    <section aria-labelledby="start-recent">
      <h2 id="start-recent">{t().start.recent}</h2>
      {recent.value.length === 0 ? (
        <Empty icon={Clock} title={t().start.recentNone} text={t().start.recentEmpty}>
          <a class="button plain" href={pathOf("files")}>
            <Icon of={FolderOpen} size={16} />
            <span>{t().start.recentAction}</span>
          </a>
        </Empty>
      ) : (
        <ul class="cards">
          {recent.value.slice(0, 8).map((item) => (
            <RecentCard key={item.id} item={item} />
          ))}
        </ul>
      )}
    </section>
  );
}

export function Start() {
  const now = new Date();
  const name = session.value?.user.display_name ?? "";
  return (
    <div class="start scroll">
      <header class="start-head">
        <p class="meta">{formatToday(now)}</p>
        <h1>
          {greeting(now.getHours())}, {name}
        </h1>
      </header>
      <div class="start-columns">
        <div class="start-column">
          <StartTasks />
          <SavedSearches />
          <StartSubstitutions />
          <Recent />
        </div>
        <section aria-labelledby="start-fresh">
          <div class="section-head">
            <h2 id="start-fresh">{t().start.fresh}</h2>
            <a class="more-link" href={pathOf("search", "", { sort: "newest" })}>
              {t().start.freshAll} <Icon of={ArrowRight} size={14} />
            </a>
          </div>
          <Fresh />
        </section>
      </div>
    </div>
  );
}
