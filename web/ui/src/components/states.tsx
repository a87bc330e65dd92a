// The three other faces of a list or pane: nothing there, not there yet, did not come.
import { CloudOff, RefreshCw, TriangleAlert } from "lucide-preact";
import type { ComponentChildren } from "preact";
import type { Failure } from "../api/failure.ts";
import { t } from "../text/messages.ts";
import { Button } from "./button.tsx";
import { Icon, type LucideIcon } from "./icon.tsx";

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  text?: string;
  // Where it is the whole screen, its title is the screen's.
  heading?: "h1" | "h2";
  // The one next thing to do.
  children?: ComponentChildren;
}

export function Empty({ icon, title, text, heading: Heading = "h2", children }: EmptyProps) {
  return (
    <div class="state">
      <Icon of={icon} size={36} />
      <Heading>{title}</Heading>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}

// Grey bars in the place of rows; CSS shows them only after 200 ms.
export function Skeleton({ rows, look = "row" }: { rows: number; look?: "row" | "card" | "page" }) {
  return (
    <div class={`skeleton ${look}`} role="status" aria-label={t().common.loading}>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} class="skeleton-item" aria-hidden="true">
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}

export function FailureView({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  const isOffline = failure.kind === "offline";
  return (
    <div class="state" role="alert">
      <Icon of={isOffline ? CloudOff : TriangleAlert} size={36} />
      <h2>{failure.headline}</h2>
      <p>{failure.text}</p>
      <Button icon={RefreshCw} onClick={onRetry}>
        {t().common.retry}
      </Button>
      {failure.requestId && (
        <p class="meta">
          {t().failure.id} <code>{failure.requestId}</code>
        </p>
      )}
    </div>
  );
}
