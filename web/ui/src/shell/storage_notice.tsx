// Says above every screen that nothing can be stored at present, and goes when that is over.
import { HardDrive } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { refusals } from "../api/client.ts";
import { lookAtStorage, session } from "../api/session.ts";
import { Icon } from "../components/icon.tsx";
import { t } from "../text/messages.ts";

const lookMs = 10_000;

// Where no answer comes, the next one tells.
const look = () => void lookAtStorage().catch(() => undefined);

export function StorageNotice() {
  const state = session.value?.storage ?? "writable";
  const count = refusals.value;
  useEffect(() => {
    if (count > 0) look();
  }, [count]);
  useEffect(() => {
    if (state === "writable") return undefined;
    const timer = setInterval(look, lookMs);
    return () => clearInterval(timer);
  }, [state]);
  if (state === "writable") return null;
  return (
    <p class="banner storage-notice" role="status">
      <Icon of={HardDrive} /> {t().bar.storage[state]}
    </p>
  );
}
