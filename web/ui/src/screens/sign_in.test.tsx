import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ask } from "../api/client.ts";
import { session, sessionState } from "../api/session.ts";
import type { Session } from "../api/types.ts";
import { chooseLanguage } from "../text/messages.ts";
import { SignInForm } from "./sign_in.tsx";

chooseLanguage("de");
const who = (id: string): Session => ({
  tenant: "Gemeinde Musterbach",
  csrf_token: "token",
  user: { id, name: "h.brandt", display_name: "Hilde Brandt", system_administrator: false },
  storage: "writable",
});
const problem = (status: number, detail: string) =>
  new Response(JSON.stringify({ title: "Anmeldung nötig", status, detail, request_id: "r" }), { status });

beforeEach(() => {
  session.value = null;
  sessionState.value = "signed_out";
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function fill(): void {
  fireEvent.input(screen.getByLabelText("Benutzername"), { target: { value: "h.brandt" } });
  fireEvent.input(screen.getByLabelText("Passwort"), { target: { value: "secret" } });
  fireEvent.submit(document.querySelector("form") as HTMLFormElement);
}

it("asks for what is missing before it asks the server", () => {
  const fetched = vi.fn();
  vi.stubGlobal("fetch", fetched);
  render(<SignInForm user="" />);
  fireEvent.submit(document.querySelector("form") as HTMLFormElement);
  expect(screen.queryByText("Bitte das Passwort eingeben.")).not.toBeNull();
  expect(fetched).not.toHaveBeenCalled();
});

it("tells the server's words and keeps the user name", async () => {
  vi.stubGlobal("fetch", vi.fn(async () => problem(401, "Benutzername oder Passwort falsch.")));
  render(<SignInForm user="" />);
  fill();
  await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("Passwort falsch"));
  expect((screen.getByLabelText("Benutzername") as HTMLInputElement).value).toBe("h.brandt");
});

it("sends a request again once the user has signed in again", async () => {
  session.value = who("1");
  sessionState.value = "signed_in";
  let ended = true;
  const fetched = vi.fn(async (path: string) => {
    if (path.endsWith("/session")) {
      ended = false;
      return Response.json(who("1"), { status: 201 });
    }
    return ended ? problem(401, "Sitzung abgelaufen.") : Response.json({ title: "Plan" });
  });
  vi.stubGlobal("fetch", fetched);
  const answer = ask<{ title: string }>("/file-plan");
  await waitFor(() => expect(sessionState.value).toBe("lost"));
  render(<SignInForm user="h.brandt" />);
  fill();
  expect((await answer).title).toBe("Plan");
  expect(sessionState.value).toBe("signed_in");
});

it("asks nobody to sign in twice for an answer that comes after the next session began", async () => {
  session.value = who("1");
  sessionState.value = "signed_in";
  let answerLate: (answer: Response) => void = () => undefined;
  const late = new Promise<Response>((resolve) => {
    answerLate = resolve;
  });
  let asked = 0;
  let ended = true;
  vi.stubGlobal(
    "fetch",
    vi.fn(async (path: string) => {
      if (path.endsWith("/session")) {
        ended = false;
        return Response.json(who("1"), { status: 201 });
      }
      if (path.endsWith("/tasks")) return ended ? problem(401, "Sitzung abgelaufen.") : Response.json([]);
      asked += 1;
      return asked === 1 ? late : Response.json({ title: "Plan" });
    }),
  );
  const answer = ask<{ title: string }>("/file-plan");
  const tasks = ask<unknown[]>("/tasks");
  await waitFor(() => expect(sessionState.value).toBe("lost"));
  render(<SignInForm user="h.brandt" />);
  fill();
  await waitFor(() => expect(sessionState.value).toBe("signed_in"));
  expect(await tasks).toEqual([]);
  answerLate(problem(401, "Sitzung abgelaufen."));
  expect((await answer).title).toBe("Plan");
  expect(sessionState.value).toBe("signed_in");
});
