import { expect, it } from "vitest";
import { addDays, dayOf, daysBetween, endOfWeek } from "./days.ts";

it("counts days over months, years and the change of the clock", () => {
  expect(dayOf(new Date(2026, 2, 9, 23, 59))).toBe("2026-03-09");
  expect(daysBetween("2026-12-30", "2027-01-02")).toBe(3);
  expect(daysBetween("2026-10-26", "2026-10-24")).toBe(-2);
  expect(addDays("2026-03-28", 2)).toBe("2026-03-30");
});

it("lets a week end on Sunday", () => {
  expect(endOfWeek("2026-11-23")).toBe("2026-11-29");
  expect(endOfWeek("2026-11-29")).toBe("2026-11-29");
});
