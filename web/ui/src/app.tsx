import { useEffect } from "preact/hooks";
import { beginSession, session, sessionFailure, sessionState } from "./api/session.ts";
import { FailureView, Skeleton } from "./components/states.tsx";
import { SignIn } from "./screens/sign_in.tsx";
import { Shell } from "./shell/shell.tsx";
import { askLater } from "./state/ask_again.ts";

export function App() {
  const failure = sessionFailure.value;
  const retry = () => void beginSession();
  useEffect(() => (failure?.isPassing ? askLater(retry) : undefined), [failure]);
  if (failure) return <FailureView failure={failure} onRetry={retry} />;
  if (sessionState.value === "unknown") return <Skeleton rows={6} />;
  if (sessionState.value === "signed_out" || !session.value) return <SignIn />;
  return <Shell session={session.value} />;
}
