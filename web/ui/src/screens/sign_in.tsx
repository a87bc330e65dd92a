import { useState } from "preact/hooks";
import { signIn } from "../api/session.ts";
import { type Failure, failureOf } from "../api/failure.ts";
import { Button } from "../components/button.tsx";
import { TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { t } from "../text/messages.ts";

// `user`: who was signed in when the session ended; "" where nobody was.
export function SignInForm({ user: before }: { user: string }) {
  const [user, setUser] = useState(before);
  const [password, setPassword] = useState("");
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const words = t().signIn;

  const submit = async () => {
    setAsked(true);
    if (!user.trim() || !password) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await signIn(user.trim(), password);
    } catch (error) {
      setFailure(failureOf(error));
      setPassword("");
      setAsked(false);
    }
    setBusy(false);
  };

  return (
    <Form failure={failure} onSubmit={() => void submit()}>
      <TextField
        label={words.user}
        value={user}
        onInput={setUser}
        autocomplete="username"
        focus={before === ""}
        error={asked && !user.trim() ? words.userMissing : undefined}
      />
      <TextField
        label={words.password}
        type="password"
        value={password}
        onInput={setPassword}
        autocomplete="current-password"
        focus={before !== ""}
        error={asked && !password ? words.passwordMissing : undefined}
      />
      <Button kind="primary" type="submit" disabled={busy}>
        {busy ? words.busy : words.submit}
      </Button>
    </Form>
  );
}

export function SignIn() {
  return (
    <main class="sign-in" id="content">
      <div class="sign-in-card">
        <div class="brand">
          <img src="/icon.svg" alt="" width="36" height="36" />
          <strong>{t().app.name}</strong>
        </div>
        <h1>{t().signIn.title}</h1>
        <p class="meta">{t().signIn.lead}</p>
        <SignInForm user="" />
      </div>
    </main>
  );
}
