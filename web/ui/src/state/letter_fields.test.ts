import { expect, it } from "vitest";
import type { InboundItem, ProposedField } from "../api/inbox.ts";
import { letterValues, markingOf } from "./letter_fields.ts";

const item = (more: Partial<InboundItem> = {}) =>
  ({ type: "other", sender: "", foreign_reference: "", ...more }) as InboundItem;
const field = (name: ProposedField["field"], value: string): ProposedField => ({
  field: name,
  value,
  source: "text",
  page: 2,
  quote: value,
  boxes: [[1, 2, 3, 4]],
});

it("fills what is empty and nothing else", () => {
  const fields = [
    field("type", "invoice"),
    field("sender", "Landratsamt"),
    field("letter_date", "2026-11-20"),
  ];
  expect(letterValues(item(), fields)).toEqual({
    type: "invoice",
    sender: "Landratsamt",
    letter_date: "2026-11-20",
  });
  expect(
    letterValues(item({ type: "letter", sender: "Amt", letter_date: "2026-11-01" }), fields),
  ).toEqual({});
  expect(letterValues(item(), [field("type", "unheard_of")])).toEqual({});
});

it("tells the viewer where it stands", async () => {
  const marking = markingOf(field("deadline", "15. Dezember 2026"));
  expect(marking?.page).toBe(2);
  expect(marking?.find("bis zum 15. Dezember\n2026 zu")).toEqual([{ begin: 8, end: 25 }]);
  expect(await marking?.boxesOn?.(2)).toEqual([[1, 2, 3, 4]]);
  expect(await marking?.boxesOn?.(1)).toEqual([]);
  const { page: _, ...nowhere } = field("sender", "Salzhandel");
  expect(markingOf(nowhere)).toBeUndefined();
});
