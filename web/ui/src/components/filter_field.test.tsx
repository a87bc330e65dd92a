import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { useState } from "preact/hooks";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { onKeyDown } from "../state/keys.ts";
import { chooseLanguage } from "../text/messages.ts";
import { FilterField } from "./filter_field.tsx";

chooseLanguage("de");
const onChange = vi.fn();
const onEnter = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  document.addEventListener("keydown", onKeyDown);
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  document.removeEventListener("keydown", onKeyDown);
  onChange.mockReset();
  onEnter.mockReset();
});

function Page() {
  const [value, setValue] = useState("");
  const take = (next: string) => {
    onChange(next);
    setValue(next);
  };
  return (
    <>
      <FilterField label="In der Post suchen" value={value} onChange={take} onEnter={onEnter} />
      <button type="button" onClick={() => setValue("Hort")}>
        elsewhere
      </button>
    </>
  );
}

const field = () => screen.getByRole("searchbox") as HTMLInputElement;
const type = (text: string) => fireEvent.input(field(), { target: { value: text } });
const press = (key: string) => fireEvent.keyDown(field(), { key });
const pause = () => vi.advanceTimersByTimeAsync(300);

it("tells what was typed after a pause, and not each letter", async () => {
  render(<Page />);
  type("Ki");
  await vi.advanceTimersByTimeAsync(100);
  type("Kita");
  await pause();
  expect(onChange.mock.calls).toEqual([["Kita"]]);
});

it("leaves the space that the next word begins with", async () => {
  render(<Page />);
  type("Kita ");
  await pause();
  expect(onChange.mock.calls).toEqual([["Kita"]]);
  expect(field().value).toBe("Kita ");
});

it("shows what comes from elsewhere, as by Back", async () => {
  render(<Page />);
  type("Kita");
  await pause();
  fireEvent.click(screen.getByText("elsewhere"));
  await pause();
  expect(field().value).toBe("Hort");
  expect(onChange.mock.calls).toEqual([["Kita"]]);
});

it("is emptied at once by Escape and by its button, and keeps the focus", async () => {
  render(<Page />);
  type("Kita");
  await pause();
  press("Escape");
  expect(onChange).toHaveBeenLastCalledWith("");
  await pause();
  expect(field().value).toBe("");
  type("Hort");
  await pause();
  fireEvent.click(screen.getByRole("button", { name: "Eingabe löschen" }));
  expect(onChange).toHaveBeenLastCalledWith("");
  expect(document.activeElement).toBe(field());
  await pause();
  expect(screen.queryByRole("button", { name: "Eingabe löschen" })).toBeNull();
  expect(onChange).toHaveBeenCalledTimes(4);
});

it("tells at once by Enter, and a second time goes on", async () => {
  render(<Page />);
  type("Kita");
  await vi.advanceTimersByTimeAsync(0);
  press("Enter");
  expect(onChange.mock.calls).toEqual([["Kita"]]);
  expect(onEnter).not.toHaveBeenCalled();
  await pause();
  press("Enter");
  expect(onEnter).toHaveBeenCalledTimes(1);
  expect(onChange).toHaveBeenCalledTimes(1);
});

it("is where the slash leads", () => {
  render(<Page />);
  fireEvent.keyDown(document.body, { key: "/" });
  expect(document.activeElement).toBe(field());
});
