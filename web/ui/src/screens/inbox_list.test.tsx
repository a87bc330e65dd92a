import { cleanup, fireEvent, render } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { InboundItem } from "../api/inbox.ts";
import { onKeyDown } from "../state/keys.ts";
import { InboxList } from "./inbox_list.tsx";

const item = (id: string, more: Partial<InboundItem> = {}): InboundItem => ({
  id,
  revision: 1,
  inbox_id: "b1",
  state: "received",
  subject: `Eingang ${id}`,
  sender: "",
  type: "other",
  received_on: "2026-11-20",
  foreign_reference: "",
  note: "",
  receipt_stamp: { at: "2026-11-20T08:00:00Z", by: "u1", channel: "email" },
  file: { sha256: "00", size: 1, file_name: "a.eml", mime_type: "message/rfc822", pages: 0 },
  text_state: "extracted",
  rights: ["see"],
  modified: "2026-11-20T08:00:00Z",
  modified_by: "u1",
  ...more,
});

beforeEach(() => document.addEventListener("keydown", onKeyDown));
afterEach(() => {
  cleanup();
  document.removeEventListener("keydown", onKeyDown);
});

it("marks nothing to be handed on that the virus scanner found something in", () => {
  const onMark = vi.fn();
  const items = [item("i1"), item("i2", { malware: "Win.Test.EICAR_HDB-1" })];
  const list = (current: string) => (
    <InboxList
      items={items}
      current={current}
      marked={new Set()}
      canMark
      onCurrent={vi.fn()}
      onOpen={vi.fn()}
      onMark={onMark}
    />
  );
  const { container, rerender } = render(list("i2"));
  expect(container.querySelectorAll(".inbox-mark")).toHaveLength(1);
  fireEvent.keyDown(document.body, { key: "x" });
  expect(onMark).not.toHaveBeenCalled();
  rerender(list("i1"));
  fireEvent.keyDown(document.body, { key: "x" });
  expect(onMark).toHaveBeenCalledWith(items[0]);
});
