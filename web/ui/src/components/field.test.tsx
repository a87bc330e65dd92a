import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, it, vi } from "vitest";
import { SelectField, TextField } from "./field.tsx";

afterEach(cleanup);

it("ties its error to the input", () => {
  render(<TextField label="Betreff" value="" onInput={() => undefined} error="Bitte ausfüllen." />);
  const input = screen.getByLabelText("Betreff");
  expect(input.getAttribute("aria-invalid")).toBe("true");
  const error = document.getElementById(input.getAttribute("aria-describedby") ?? "");
  expect(error?.textContent).toBe("Bitte ausfüllen.");
});

it("tells what was typed and chosen", () => {
  const onInput = vi.fn();
  const onChange = vi.fn();
  render(
    <>
      <TextField label="Betreff" value="" onInput={onInput} />
      <SelectField
        label="Art"
        value="a"
        options={[
          { value: "a", label: "A" },
          { value: "b", label: "B" },
        ]}
        onChange={onChange}
      />
    </>,
  );
  fireEvent.input(screen.getByLabelText("Betreff"), { target: { value: "Brief" } });
  fireEvent.change(screen.getByLabelText("Art"), { target: { value: "b" } });
  expect(onInput).toHaveBeenCalledWith("Brief");
  expect(onChange).toHaveBeenCalledWith("b");
});
