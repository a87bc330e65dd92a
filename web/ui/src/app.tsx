import { beginSession, session, sessionFailure, sessionState } from "./api/session.ts";
import { FailureView, Skeleton } from "./components/states.tsx";
import { SignIn } from "./screens/sign_in.tsx";
import { Shell } from "./shell/shell.tsx";

export function App() {
  if (sessionFailure.value) {
    return <FailureView failure={sessionFailure.value} onRetry={() => void beginSession()} />;
  }
  if (sessionState.value === "unknown") return <Skeleton rows={6} />;
  if (sessionState.value === "signed_out" || !session.value) return <SignIn />;
  return <Shell session={session.value} />;
}
