import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, expect, it } from "vitest";
import { chooseLanguage } from "../text/messages.ts";
import { DueChip } from "./due_chip.tsx";

chooseLanguage("de");
afterEach(cleanup);

const day = "2026-11-25";
const cases: [string, string, string][] = [
  ["2026-11-22", "3 Tage überfällig", "red"],
  ["2026-11-24", "seit gestern überfällig", "red"],
  ["2026-11-25", "heute fällig", "amber"],
  ["2026-11-26", "Frist morgen", "amber"],
  ["2026-12-04", "Frist 9 Tage", "green"],
  ["2027-01-08", "Frist 08.01.2027", "green"],
];

it.each(cases)("says of %s: %s", (due, text, tone) => {
  render(<DueChip due={due} day={day} />);
  const time = screen.getByText(text);
  expect(time.getAttribute("datetime")).toBe(due);
  const chip = time.closest(".chip") as HTMLElement;
  expect(chip.classList.contains(tone)).toBe(true);
  expect(chip.querySelector("svg")).not.toBeNull();
});

it("says nothing where there is no day", () => {
  const { container } = render(<DueChip due={undefined} day={day} />);
  expect(container.textContent).toBe("");
});
