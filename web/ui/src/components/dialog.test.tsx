import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { useState } from "preact/hooks";
import { afterEach, expect, it } from "vitest";
import { Dialog } from "./dialog.tsx";

afterEach(cleanup);

function Page() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        opener
      </button>
      {open && (
        <Dialog title="Neue Akte" onClose={() => setOpen(false)}>
          <input data-autofocus aria-label="Bezeichnung" />
        </Dialog>
      )}
    </>
  );
}

it("is named by its title, focuses its first field and gives the focus back", () => {
  render(<Page />);
  const opener = screen.getByText("opener");
  opener.focus();
  fireEvent.click(opener);
  const dialog = document.querySelector("dialog");
  const title = document.getElementById(dialog?.getAttribute("aria-labelledby") ?? "");
  expect(title?.textContent).toBe("Neue Akte");
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Bezeichnung");
  fireEvent(dialog as Element, new Event("cancel", { cancelable: true }));
  expect(document.querySelector("dialog")).toBeNull();
  expect(document.activeElement).toBe(opener);
});

it("stays open when a choice of files in it is given up", () => {
  render(<Page />);
  fireEvent.click(screen.getByText("opener"));
  fireEvent(screen.getByLabelText("Bezeichnung"), new Event("cancel", { bubbles: true }));
  expect(document.querySelector("dialog")).not.toBeNull();
});
