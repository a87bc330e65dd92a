// The toasts' place. A toast stays ten seconds, longer while pointed at or focused.
import { CircleCheck, TriangleAlert, X } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { dismissToast, runUndo, type Toast, toastMs, toasts } from "../state/toasts.ts";
import { t } from "../text/messages.ts";
import { IconButton } from "./button.tsx";
import { Icon } from "./icon.tsx";

function ToastView({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(() => dismissToast(toast.id), toastMs);
    return () => clearTimeout(timer);
  }, [held, toast.id]);
  return (
    <div
      class={`toast ${toast.kind}`}
      role={toast.kind === "failed" ? "alert" : "status"}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      <Icon of={toast.kind === "done" ? CircleCheck : TriangleAlert} />
      <span>{toast.text}</span>
      {toast.link && (
        <a class="link-button" href={toast.link.href} onClick={() => dismissToast(toast.id)}>
          {toast.link.text}
        </a>
      )}
      {toast.undo && (
        <button type="button" class="link-button" onClick={() => void runUndo(toast)}>
          {t().common.undo}
        </button>
      )}
      <IconButton icon={X} label={t().common.close} onClick={() => dismissToast(toast.id)} />
    </div>
  );
}

export function Toasts() {
  return (
    <div class="toasts">
      {toasts.value.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </div>
  );
}
