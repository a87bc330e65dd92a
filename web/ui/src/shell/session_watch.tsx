// Says in time that the session ends, and asks to sign in again where it did, above the open page:
// what was typed stays where it is.
import { useEffect, useState } from "preact/hooks";
import { extendSession, loseSession, session, sessionEnds, sessionState, warningMs } from "../api/session.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { SignInForm } from "../screens/sign_in.tsx";
import { showFailure } from "../state/toasts.ts";
import { t } from "../text/messages.ts";

const lookMs = 5000;

function useRemaining(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), lookMs);
    return () => clearInterval(timer);
  }, []);
  return sessionEnds.value - now;
}

export function SessionWatch() {
  const remaining = useRemaining();
  const isOver = remaining <= 0;
  useEffect(() => {
    if (isOver) loseSession();
  }, [isOver]);
  if (sessionState.value === "lost") {
    return (
      <Dialog key="ended" title={t().session.endedTitle}>
        <p>{t().session.endedText}</p>
        <SignInForm user={session.value?.user.name ?? ""} />
      </Dialog>
    );
  }
  if (remaining > warningMs) return null;
  const extend = () => void extendSession().catch(showFailure);
  return (
    <Dialog key="ends" title={t().session.endsTitle} onClose={extend}>
      <p role="alert">{t().session.endsText(Math.max(1, Math.ceil(remaining / 60_000)))}</p>
      <div class="dialog-actions">
        <Button kind="primary" onClick={extend}>
          {t().session.extend}
        </Button>
      </div>
    </Dialog>
  );
}
