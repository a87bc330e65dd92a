import { Download } from "lucide-preact";
import { base } from "../api/client.ts";
import { contentPath, listVersions } from "../api/objects.ts";
import { session } from "../api/session.ts";
import type { Document } from "../api/types.ts";
import { Chip } from "../components/chip.tsx";
import { Icon } from "../components/icon.tsx";
import { ScrollRegion } from "../components/scroll_region.tsx";
import { FailureView, Skeleton } from "../components/states.tsx";
import { useResource } from "../state/resource.ts";
import { formatSize, formatTime } from "../text/format.ts";
import { t } from "../text/messages.ts";

export function Versions({ document }: { document: Document }) {
  const key = `versions-${document.id}-${document.revision}`;
  const versions = useResource(key, () => listVersions(document.id));
  if (versions.failure) return <FailureView failure={versions.failure} onRetry={versions.reload} />;
  if (!versions.value) return <Skeleton rows={3} look="card" />;
  const words = t().document;
  const me = session.value?.user.id;
  const newestFirst = versions.value.items.toSorted((a, b) => b.number - a.number);
  return (
    <ScrollRegion label={words.versions}>
      <ol class="versions">
        {newestFirst.map((version) => (
          <li key={version.id}>
            <div class="version-text">
              <strong>{words.version(version.number)}</strong>
              {version.number === document.version.number && (
                <Chip tone="accent">{words.current}</Chip>
              )}
              <p class="meta">
                {formatTime(version.created)}
                {version.created_by === me && ` · ${words.byYou}`} · {formatSize(version.size)}
              </p>
              {version.comment && <p>{version.comment}</p>}
              <p class="meta">{version.file_name}</p>
            </div>
            <a
              class="icon-button"
              href={base + contentPath(document.id, version.number)}
              download
              aria-label={`${words.download}: ${words.version(version.number)}`}
              title={words.download}
            >
              <Icon of={Download} />
            </a>
          </li>
        ))}
      </ol>
    </ScrollRegion>
  );
}
