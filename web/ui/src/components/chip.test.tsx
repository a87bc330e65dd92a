import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, it, vi } from "vitest";
import { chooseLanguage } from "../text/messages.ts";
import { Choices, FilterChip, StatusChip } from "./chip.tsx";

chooseLanguage("de");
afterEach(cleanup);

it("says a state by word and icon, not by colour alone", () => {
  render(<StatusChip status="in_process" />);
  const chip = screen.getByText("In Arbeit");
  expect(chip.querySelector("svg")).not.toBeNull();
});

it("opens its choices, adds one and is cleared", () => {
  const onChange = vi.fn();
  const onClear = vi.fn();
  const words = { a: "Plan", b: "Bescheid" };
  render(
    <FilterChip label="Dokumentart" chosen="Plan" onClear={onClear}>
      <Choices label="Dokumentart" values={["a", "b"]} words={words} chosen={["a"]} onChange={onChange} />
    </FilterChip>,
  );
  const opener = screen.getByText("Dokumentart: Plan").closest("button") as HTMLElement;
  fireEvent.click(opener);
  expect(opener.getAttribute("aria-expanded")).toBe("true");
  fireEvent.click(screen.getByLabelText("Bescheid"));
  expect(onChange).toHaveBeenCalledWith(["a", "b"]);
  fireEvent.click(screen.getByLabelText("Dokumentart: Entfernen"));
  expect(onClear).toHaveBeenCalled();
  expect(document.activeElement).toBe(opener);
});
