import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { InboundItem } from "../api/inbox.ts";
import { bestProposal, rememberProposals, wantProposals } from "./proposals.ts";

let asked: string[] = [];
beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push(path);
    expect(new Headers(init.headers).get("X-Unattended")).toBe("1");
    expect(path, "nothing of a letter is read").not.toContain("fields");
    if (path.includes("broken")) return new Response("{}", { status: 500 });
    return Response.json({ items: path.includes("none") ? [] : [{ file_reference: "1-2026/001" }] });
  });
});
afterEach(() => vi.unstubAllGlobals());

const item = (id: string, more: Partial<InboundItem> = {}) =>
  ({ id, state: "received", text_state: "extracted", subject: "", sender: "", rights: ["read"], ...more }) as InboundItem;

it("asks once for each item that waits and may be read, and again when it says something else", async () => {
  const list = [item("a"), item("none"), item("b", { state: "filed" }), item("c", { rights: ["see"] })];
  wantProposals(list);
  wantProposals(list);
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  expect(bestProposal(list[0]!)?.file_reference).toBe("1-2026/001");
  await vi.waitFor(() => expect(bestProposal(list[1]!)).toBeNull());
  expect(bestProposal(list[2]!)).toBeUndefined();
  wantProposals([item("a", { subject: "anders" })]);
  await vi.waitFor(() => expect(asked).toHaveLength(3));
});

it("asks again for what did not come, and not for what the item itself has told", async () => {
  wantProposals([item("broken")]);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  await vi.waitFor(() => {
    wantProposals([item("broken")]);
    expect(asked.length).toBeGreaterThan(1);
  });
  rememberProposals(item("told"), []);
  const before = asked.length;
  wantProposals([item("told")]);
  expect(asked).toHaveLength(before);
});
