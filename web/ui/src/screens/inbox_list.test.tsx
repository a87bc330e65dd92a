import { cleanup, fireEvent, render } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { InboundItem } from "../api/inbox.ts";
import { onKeyDown } from "../state/keys.ts";
import { chooseLanguage } from "../text/messages.ts";
import { InboxList } from "./inbox_list.tsx";

chooseLanguage("de");

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

it("shows the passage that an item was found by, and its page", () => {
  const begin = new TextEncoder().encode("für die ").length;
  const snippet = { text: "für die Zisterne am Hang", marks: [{ begin, end: begin + 8 }] };
  const { container } = render(
    <InboxList
      items={[
        item("i1", { subject: "Zisterne", snippet, page: 3 }),
        item("i2", { sender: "Zisternenbau Haller", subject: "Angebot" }),
      ]}
      query="zisterne"
      current="i1"
      marked={new Set()}
      canMark
      onCurrent={vi.fn()}
      onOpen={vi.fn()}
      onMark={vi.fn()}
    />,
  );
  const [first, second] = container.querySelectorAll(".inbox-row");
  expect(first?.querySelector(".snippet")?.textContent).toBe("S. 3 · für die Zisterne am Hang");
  expect(first?.querySelector(".snippet mark")?.textContent).toBe("Zisterne");
  expect(first?.querySelector(".inbox-subject mark")?.textContent).toBe("Zisterne");
  expect(second?.querySelector(".snippet")).toBeNull();
  expect(second?.querySelector(".inbox-sender mark")?.textContent).toBe("Zisterne");
});

it("marks nothing to be handed on that the virus scanner found something in", () => {
  const onMark = vi.fn();
  const items = [item("i1"), item("i2", { malware: "Win.Test.EICAR_HDB-1" })];
  const list = (current: string) => (
    <InboxList
      items={items}
      query=""
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
