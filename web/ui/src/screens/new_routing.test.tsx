import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Document } from "../api/types.ts";
import { chooseLanguage } from "../text/messages.ts";
import { NewRouting, rowAt, stagesFrom } from "./new_routing.tsx";
import { newRow } from "./step_rows.tsx";

chooseLanguage("de");
const who = (id: string, name: string) => ({ subject: { kind: "user" as const, id }, name, note: "" });
const letter = { id: "d1", subject: "Einvernehmen Mühlweg 4" } as Document;
let sent: { body: unknown; key: string | null }[] = [];
let answer: () => Response = () => Response.json({}, { status: 201 });

beforeEach(() => {
  sent = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (url.includes("/people")) {
      const q = (new URL(url, "https://h/").searchParams.get("q") ?? "").toLowerCase();
      const house = [
        { id: "1", display_name: "Hilde Brandt" },
        { id: "2", display_name: "Berna Özdemir" },
      ];
      return Response.json({ items: house.filter((each) => each.display_name.toLowerCase().includes(q)) });
    }
    if (url.includes("/routing-templates")) {
      const stages = [
        { steps: [{ directive: "co_sign" }] },
        { steps: [{ directive: "final_sign", assignee: { kind: "user", id: "2" } }] },
      ];
      return Response.json({ items: [{ id: "t1", name: "Unterschrift", stages }] });
    }
    if (url.endsWith("/routings")) {
      const key = new Headers(init.headers).get("Idempotency-Key");
      sent.push({ body: JSON.parse(String(init.body)), key });
      return answer();
    }
    return Response.json({ items: [] });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function choose(field: HTMLElement, text: string): Promise<void> {
  fireEvent.input(field, { target: { value: text } });
  await screen.findByRole("option", { name: new RegExp(text, "i") });
  fireEvent.keyDown(field, { key: "Enter" });
}
const submit = () => fireEvent.submit(document.querySelector("form") as HTMLFormElement);
const row = (n: number) => screen.getByRole("group", { name: `Schritt ${n}` });

it("puts steps that are marked so into one stage", () => {
  const rows = [
    { ...newRow(), who: who("1", "Hilde") },
    { ...newRow(), who: who("2", "Berna"), beside: true },
    { ...newRow(), who: who("3", "Kurt"), directive: "final_sign" as const, due: "2026-12-04" },
  ];
  const stages = stagesFrom(rows);
  expect(stages.map((stage) => stage.steps.length)).toEqual([2, 1]);
  expect(stages[1]?.steps[0]).toEqual({
    directive: "final_sign",
    assignee: { kind: "user", id: "3" },
    due_on: "2026-12-04",
  });
  expect(rowAt(rows, 0, 1)).toBe(1);
  expect(rowAt(rows, 1, 0)).toBe(2);
});

it("asks for a person at each step before it asks the server, and sends the stages", async () => {
  const onStarted = vi.fn();
  render(<NewRouting document={letter} onStarted={onStarted} onClose={() => undefined} />);
  fireEvent.click(screen.getByText("Schritt hinzufügen"));
  await choose(within(row(1)).getByRole("combobox", { name: "Wer" }), "Hilde");
  submit();
  await screen.findByText("Bitte wählen Sie jemanden aus der Liste.");
  expect(sent).toHaveLength(0);
  await choose(within(row(2)).getByRole("combobox", { name: "Wer" }), "Berna");
  fireEvent.click(within(row(2)).getByLabelText("Zugleich mit dem Schritt davor"));
  submit();
  await waitFor(() => expect(onStarted).toHaveBeenCalled());
  expect(sent[0]?.body).toMatchObject({ document_id: "d1", stages: [{ steps: [{}, {}] }] });
});

it("ties the server's error to its step, and sends the same again with the same key", async () => {
  answer = () =>
    Response.json(
      { title: "x", detail: "x", errors: [{ pointer: "/stages/0/steps/0/assignee", detail: "Gibt es nicht." }] },
      { status: 400 },
    );
  render(<NewRouting document={letter} onStarted={() => undefined} onClose={() => undefined} />);
  await choose(within(row(1)).getByRole("combobox", { name: "Wer" }), "Hilde");
  submit();
  const error = await within(row(1)).findByText("Gibt es nicht.");
  expect(within(row(1)).getByRole("combobox", { name: "Wer" }).getAttribute("aria-describedby")).toBe(error.id);
  submit();
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[0]?.key).toBe(sent[1]?.key);
  answer = () => Response.json({}, { status: 201 });
});

it("asks for the open places of a template alone", async () => {
  render(<NewRouting document={letter} onStarted={() => undefined} onClose={() => undefined} />);
  await screen.findByText("Unterschrift");
  fireEvent.change(screen.getByLabelText("Laufweg"), { target: { value: "t1" } });
  await choose(screen.getByRole("combobox", { name: "Mitzeichnung: Wer" }), "Hilde");
  submit();
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.body).toEqual({
    document_id: "d1",
    template_id: "t1",
    assignees: [{ kind: "user", id: "1" }],
  });
});
