import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { useState } from "preact/hooks";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Openable } from "../api/attachments.ts";
import type { InboundItem } from "../api/inbox.ts";
import { chooseLanguage } from "../text/messages.ts";
import { ItemView } from "./inbox_item.tsx";

const mail: InboundItem = {
  id: "i1",
  revision: 3,
  inbox_id: "b1",
  state: "received",
  subject: "Zaunfrage",
  sender: "Petra Ackerlund",
  type: "email",
  received_on: "2026-11-20",
  foreign_reference: "",
  note: "",
  receipt_stamp: { at: "2026-11-20T08:00:00Z", by: "u1", channel: "email" },
  file: { sha256: "00", size: 1, file_name: "a.eml", mime_type: "message/rfc822", pages: 0 },
  text_state: "extracted",
  attachments: [
    { name: "Plan.rtf", mime_type: "text/rtf", number: 1, size: 2048 },
    { name: "Nachricht", mime_type: "message/rfc822", number: 2, size: 0 },
  ],
  mail: { to: [], cc: [] },
  rights: ["see", "read", "file", "edit"],
  modified: "2026-11-20T08:00:00Z",
  modified_by: "u1",
};

let asked: string[];

beforeEach(() => {
  chooseLanguage("de");
  asked = [];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    const text = (words: string) => new Response(words, { headers: { "X-Text-State": "extracted" } });
    if (url.endsWith("/attachments/1/text")) return text("Zwei Meter hoch");
    if (url.endsWith("/text")) return text("Anbei der Plan");
    return Response.json({ items: [], fields: [] });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Desk({ item = mail }: { item?: InboundItem }) {
  const [attachment, setAttachment] = useState<Openable>();
  const nothing = () => undefined;
  return (
    <ItemView
      item={item}
      found={undefined}
      onFiled={nothing}
      onDiscarded={nothing}
      onChanged={nothing}
      onForward={nothing}
      onReload={nothing}
      onStep={nothing}
      attachment={attachment}
      onAttachment={setAttachment}
    />
  );
}

it("opens what a letter carries in the letter's place, and goes back to it", async () => {
  render(<Desk />);
  await screen.findByText("Anbei der Plan");
  fireEvent.click(await screen.findByRole("button", { name: "Plan.rtf ansehen" }));
  await screen.findByText("Zwei Meter hoch");
  expect(screen.queryByText("Anbei der Plan")).toBeNull();
  expect(screen.getByRole("button", { name: "Plan.rtf ansehen" }).getAttribute("aria-current")).toBe(
    "true",
  );
  expect(asked.filter((each) => each.includes("/attachments/"))).toEqual([
    "/api/v1/inbox/i1/attachments/1/text",
  ]);
  fireEvent.click(screen.getByRole("button", { name: "Zurück" }));
  await screen.findByText("Anbei der Plan");
});

it("says of what cannot be opened by itself that it cannot", async () => {
  render(<Desk />);
  await screen.findByText("Lässt sich nicht einzeln öffnen.", { exact: false });
  expect(screen.queryByRole("button", { name: "Nachricht ansehen" })).toBeNull();
});

it("lists nothing for a letter without any", async () => {
  const { attachments: _, ...bare } = mail;
  render(<Desk item={bare} />);
  await screen.findByText("Anbei der Plan");
  expect(screen.queryByText("Anlagen")).toBeNull();
});
