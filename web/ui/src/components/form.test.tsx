import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { useState } from "preact/hooks";
import { afterEach, expect, it, vi } from "vitest";
import { Failure } from "../api/failure.ts";
import { chooseLanguage } from "../text/messages.ts";
import { TextField } from "./field.tsx";
import { Form } from "./form.tsx";

chooseLanguage("de");
afterEach(cleanup);

function Letter({ failure, onReload }: { failure?: Failure; onReload?: () => void }) {
  const [asked, setAsked] = useState(false);
  const error = asked ? "Bitte ausfüllen." : undefined;
  return (
    <Form failure={failure} {...(onReload && { onReload })} onSubmit={() => setAsked(true)}>
      <TextField label="Absender" value="" onInput={() => undefined} />
      <TextField label="Betreff" value="" onInput={() => undefined} error={error} />
      <TextField label="Zeichen" value="" onInput={() => undefined} error={error} />
    </Form>
  );
}

const submit = () => fireEvent.submit(document.querySelector("form") as HTMLFormElement);

it("leads to the first field with an error, once", () => {
  render(<Letter />);
  submit();
  expect(document.activeElement).toBe(screen.getByLabelText("Betreff"));
  screen.getByLabelText("Absender").focus();
  fireEvent.input(screen.getByLabelText("Absender"), { target: { value: "x" } });
  expect(document.activeElement).toBe(screen.getByLabelText("Absender"));
});

it("says what was refused, and offers to read again what was changed meanwhile", () => {
  const reload = vi.fn();
  const refused = new Failure("problem", 403, { title: "Nicht erlaubt", detail: "Sie dürfen das nicht." });
  const { rerender } = render(<Letter failure={refused} onReload={reload} />);
  expect(screen.getByRole("alert").textContent).toContain("Sie dürfen das nicht.");
  expect(screen.queryByRole("button")).toBeNull();
  rerender(<Letter failure={new Failure("problem", 412, { title: "Geändert" })} onReload={reload} />);
  fireEvent.click(screen.getByRole("button"));
  expect(reload).toHaveBeenCalledOnce();
});
