import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Erasure } from "../api/erasures.ts";
import { session } from "../api/session.ts";
import { erasureSample } from "../state/erasure_sample.ts";
import { rememberPeople } from "../state/people.ts";
import { chooseLanguage } from "../text/messages.ts";
import { Erasures } from "./erasures.tsx";
import { ProposeErasure } from "./propose_erasure.tsx";

chooseLanguage("de");
let erasure: Erasure;
let reasons: string[] = [];
let sent: { url: string; body: unknown; revision: string | null }[] = [];
let refusal: Response | undefined;

const signInAs = (id: string) => {
  session.value = {
    tenant: "Musterbach",
    user: { id, name: id, display_name: id, system_administrator: false },
    storage: "writable",
  };
};
const checkOf = () => ({
  possible: reasons.length === 0,
  objects: [{ ...erasure.objects[0], reasons }],
  dossiers: 1,
  documents: 3,
  versions: 4,
  bytes: 51_200,
  complete: true,
});

beforeEach(() => {
  erasure = erasureSample();
  reasons = [];
  sent = [];
  refusal = undefined;
  signInAs("berna");
  rememberPeople([
    { id: "hilde", display_name: "Hilde Brandt" },
    { id: "berna", display_name: "Berna Özdemir" },
  ]);
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (url.endsWith("/erasures/check")) return Response.json(checkOf());
    if (init.method === "POST") {
      const body = init.body ? (JSON.parse(String(init.body)) as unknown) : undefined;
      sent.push({ url, body, revision: new Headers(init.headers).get("If-Match") });
      if (refusal) return refusal;
      if (url.endsWith("/release")) erasure = { ...erasure, revision: 4, state: "released" };
      if (url.endsWith("/withdraw")) erasure = { ...erasure, revision: 4, state: "withdrawn" };
      return Response.json(erasure);
    }
    if (url.includes("/erasures/")) return Response.json(erasure);
    return Response.json({ items: [] });
  });
});
afterEach(() => {
  cleanup();
  session.value = null;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const button = (name: string) => screen.getByRole("button", { name });
const press = (name: string) => fireEvent.click(button(name));
const submit = () => fireEvent.submit(document.querySelector("dialog form") as HTMLFormElement);
const show = async () => {
  render(<Erasures id="e1" />);
  await screen.findByRole("heading", { level: 1, name: "Stellenausschreibung Bauhof" });
};

it("shows what a proposal would come to, and wants a reason for it", async () => {
  render(<ProposeErasure kind="dossier" id="d1" onClose={() => undefined} />);
  await screen.findByText("1 Akte · 3 Dokumente · 4 Versionen · 51 KB");
  expect(screen.getByText(/lässt sich nicht rückgängig machen/)).toBeTruthy();
  submit();
  await screen.findByText("Bitte einen Grund angeben.");
  expect(sent).toEqual([]);
  fireEvent.input(screen.getByLabelText("Grund"), { target: { value: " abgelaufen " } });
  submit();
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.body).toEqual({ dossiers: ["d1"], documents: [], reason: "abgelaufen" });
});

it("says what stands against a proposal, and offers none then", async () => {
  reasons = ["dossier_open", "on_hold"];
  render(<ProposeErasure kind="dossier" id="d1" onClose={() => undefined} />);
  await screen.findByText("Die Akte ist nicht geschlossen.");
  expect(screen.getByText("Auf der Akte liegt eine Vernichtungssperre.")).toBeTruthy();
  expect(screen.queryByLabelText("Grund")).toBeNull();
  expect(screen.queryByRole("button", { name: "Vorschlagen" })).toBeNull();
});

it("keeps the reason that was typed where the proposal is refused", async () => {
  refusal = Response.json({ title: "Konflikt", detail: "Das kann nicht vernichtet werden." }, { status: 409 });
  render(<ProposeErasure kind="document" id="d1" onClose={() => undefined} />);
  fireEvent.input(await screen.findByLabelText("Grund"), { target: { value: "abgelaufen" } });
  submit();
  await screen.findByText(/Das kann nicht vernichtet werden/);
  expect(screen.getByLabelText<HTMLTextAreaElement>("Grund").value).toBe("abgelaufen");
});

it("tells who proposed it why she cannot release it", async () => {
  signInAs("hilde");
  await show();
  expect(screen.getByText(/Sie haben diese Vernichtung vorgeschlagen/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Freigeben …" })).toBeNull();
  expect(button("Zurückziehen …")).toBeTruthy();
});

it("is released by a second person, who says that she has looked at it", async () => {
  await show();
  press("Freigeben …");
  await screen.findByText("1 Akte · 3 Dokumente · 4 Versionen · 51 KB");
  submit();
  await screen.findByText("Bitte bestätigen Sie, dass Sie es geprüft haben.");
  expect(sent).toEqual([]);
  fireEvent.click(screen.getByLabelText(/Ich habe geprüft/));
  submit();
  await screen.findByText("läuft");
  expect(sent).toEqual([{ url: "/api/v1/erasures/e1/release", body: undefined, revision: '"3"' }]);
  expect(screen.queryByRole("button", { name: "Freigeben …" })).toBeNull();
});

it("waits with the release while something stands against it", async () => {
  erasure.objects[0]!.reasons = ["on_hold"];
  await show();
  expect(screen.getByText(/Zurzeit steht etwas dagegen/)).toBeTruthy();
  expect((button("Freigeben …") as HTMLButtonElement).disabled).toBe(true);
});

it("is withdrawn", async () => {
  await show();
  press("Zurückziehen …");
  submit();
  await screen.findByText("Zurückgezogen");
  expect(sent[0]?.url).toBe("/api/v1/erasures/e1/withdraw");
  expect(screen.queryByRole("button", { name: "Zurückziehen …" })).toBeNull();
});

it("tells of the space only when it has been given back", async () => {
  Object.assign(erasure, { state: "freeing", dossiers: 1, documents: 3, versions: 4, bytes_to_free: 51_200 });
  await show();
  expect(screen.getByText(/Der Datenträger hält noch Reste/)).toBeTruthy();
  expect(screen.queryByText("Speicherplatz frei geworden")).toBeNull();
  cleanup();
  Object.assign(erasure, { state: "done", bytes_freed: 51_200, ended_at: "2026-11-20T10:20:00Z" });
  await show();
  expect(screen.getByText("Speicherplatz frei geworden")).toBeTruthy();
  expect(screen.getByText("51 KB")).toBeTruthy();
});

it("goes on telling how far it is without being asked", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  erasure.state = "released";
  await show();
  // Effects run behind the drawing; these timers are real.
  await new Promise((resolve) => setTimeout(resolve, 100));
  erasure = { ...erasure, state: "done" };
  act(() => void vi.advanceTimersByTime(2500));
  vi.useRealTimers();
  await screen.findByText(/Sicherungen halten das Vernichtete noch/);
});
