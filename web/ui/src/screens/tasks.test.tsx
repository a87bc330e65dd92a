import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Task } from "../api/workflow.ts";
import { navigate, place } from "../router/router.ts";
import { onKeyDown } from "../state/keys.ts";
import { rememberPeople } from "../state/people.ts";
import { routingSample } from "../state/routing_sample.ts";
import { tasks } from "../state/tasks.ts";
import { chooseLanguage } from "../text/messages.ts";
import { nextAfter, Tasks } from "./tasks.tsx";

chooseLanguage("de");
const task = (id: string, subject: string, due: string): Task => ({
  id,
  kind: "step",
  routing_id: "r1",
  revision: 4,
  initiator: "jonas",
  stage: 1,
  stages: 2,
  document_id: "d1",
  subject,
  file_reference: "622.1-2026/003",
  version: { number: 1, sha256: "a" },
  title: subject,
  directive: "co_sign",
  holder: { kind: "user", id: "hilde" },
  opened: "2026-11-20T08:00:00Z",
  due,
});
const letter = {
  id: "d1",
  subject: "Brief",
  version: { number: 1, sha256: "a", mime_type: "text/plain" },
};
let open: Task[] = [];
let sent: { url: string; body: Record<string, unknown>; revision: string | null }[] = [];
let status = 200;

beforeEach(() => {
  tasks.value = null;
  open = [task("t2", "Einvernehmen", "2026-11-20"), task("t9", "Zuschuss", "2026-11-21")];
  sent = [];
  status = 200;
  rememberPeople([{ id: "jonas", display_name: "Jonas Keller" }]);
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (url.includes("/decision")) {
      const headers = new Headers(init.headers);
      sent.push({ url, body: JSON.parse(String(init.body)), revision: headers.get("If-Match") });
      if (status === 200) open = open.slice(1);
      return Response.json({}, { status });
    }
    if (url.includes("/tasks")) return Response.json({ items: open });
    if (url.includes("/routings/")) {
      const routing = routingSample();
      for (const each of routing.tasks) if (each.id === "t2" && status !== 200) each.state = "decided";
      return Response.json(routing);
    }
    if (url.includes("/text")) return new Response("Sehr geehrte Damen und Herren");
    if (url.includes("/documents/")) return Response.json(letter);
    return Response.json({ items: [] });
  });
  document.addEventListener("keydown", onKeyDown);
});
afterEach(() => {
  cleanup();
  document.removeEventListener("keydown", onKeyDown);
  vi.unstubAllGlobals();
});

const Page = () => <Tasks id={place.value.id} />;
const key = (name: string, more: KeyboardEventInit = {}) =>
  act(() => {
    const init = { key: name, bubbles: true, cancelable: true, ...more };
    document.body.dispatchEvent(new KeyboardEvent("keydown", init));
  });

// Keys are taken only some time after the drawing.
const keyUntil = (name: string, check: () => void) =>
  waitFor(() => {
    key(name);
    check();
  });

async function openFirst(): Promise<void> {
  navigate("/tasks");
  render(<Page />);
  await screen.findByText("Jonas Keller, 20.11.2026", { exact: false });
  await screen.findByRole("button", { name: /^Mitzeichnen/ });
}

it("takes the one after what is gone, else the one before", () => {
  expect(nextAfter(open, "t2")?.id).toBe("t9");
  expect(nextAfter(open, "t9")?.id).toBe("t2");
  expect(nextAfter([], "t2")).toBeUndefined();
});

it("shows the first task, and J the next", async () => {
  await openFirst();
  expect(place.value.id).toBe("t2");
  await keyUntil("j", () => expect(place.value.id).toBe("t9"));
  expect(document.activeElement?.getAttribute("role")).toBe("listbox");
});

it("leads to the button by M, names what was seen, and goes on to the next task", async () => {
  await openFirst();
  const button = screen.getByRole("button", { name: /^Mitzeichnen/ });
  await keyUntil("m", () => expect(document.activeElement).toBe(button));
  expect(sent).toHaveLength(0);
  key("Enter", { ctrlKey: true });
  await waitFor(() => expect(place.value.id).toBe("t9"));
  expect(sent[0]?.body).toEqual({ decision: "sign", version: { number: 1, sha256: "a" } });
  expect(sent[0]?.revision).toBe('"4"');
  await screen.findByText("Nächste Aufgabe: Zuschuss, Mitzeichnung");
});

it("says that there is nothing left after the last", async () => {
  open = open.slice(0, 1);
  await openFirst();
  const button = screen.getByRole("button", { name: /^Mitzeichnen/ });
  await keyUntil("m", () => expect(document.activeElement).toBe(button));
  key("Enter", { ctrlKey: true });
  await screen.findByRole("heading", { name: "Nichts zu erledigen" });
  expect(place.value.id).toBe("");
});

it("closes what a task opened on Escape, also while typing", async () => {
  await openFirst();
  await keyUntil("r", () => screen.getByLabelText("Was ist zu ändern?"));
  fireEvent.keyDown(screen.getByLabelText("Was ist zu ändern?"), { key: "Escape" });
  await screen.findByRole("button", { name: /^Mitzeichnen/ });
  await keyUntil("r", () => screen.getByLabelText("Was ist zu ändern?"));
  await keyUntil("Escape", () => screen.getByRole("button", { name: /^Mitzeichnen/ }));
  expect(place.value.id).toBe("t2");
});

it("asks for a reason before it returns, and keeps what was typed where the task has ended", async () => {
  await openFirst();
  await keyUntil("r", () => screen.getByLabelText("Was ist zu ändern?"));
  const reason = screen.getByLabelText("Was ist zu ändern?");
  await waitFor(() => expect(document.activeElement).toBe(reason));
  key("Enter", { ctrlKey: true });
  await screen.findByText("Bitte schreiben Sie etwas dazu.");
  fireEvent.input(reason, { target: { value: "Das Datum fehlt." } });
  status = 409;
  key("Enter", { ctrlKey: true });
  await screen.findByText("Diese Aufgabe ist schon entschieden");
  expect(sent).toHaveLength(1);
  expect(screen.getByRole("alert").textContent).toContain("Das Datum fehlt.");
});
