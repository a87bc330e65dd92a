// One way to draw an icon: never read aloud, for a word or a label stands beside it.
import type { LucideIcon } from "lucide-preact";

export type { LucideIcon };

export function Icon({ of: Drawing, size = 18 }: { of: LucideIcon; size?: number }) {
  return <Drawing size={size} strokeWidth={1.75} aria-hidden="true" class="icon" />;
}
