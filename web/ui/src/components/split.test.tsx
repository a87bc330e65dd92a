import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Split } from "./split.tsx";

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const show = () =>
  render(
    <Split name="test" side="end" width={352} min={280} max={480} pane={<p>side</p>}>
      <p>main</p>
    </Split>,
  );

it("is moved by arrow keys within its limits and remembered", () => {
  show();
  const line = screen.getByRole("separator");
  fireEvent.keyDown(line, { key: "ArrowLeft" });
  expect(line.getAttribute("aria-valuenow")).toBe("368");
  fireEvent.keyDown(line, { key: "End" });
  fireEvent.keyDown(line, { key: "ArrowLeft" });
  expect(line.getAttribute("aria-valuenow")).toBe("480");
  cleanup();
  show();
  expect(screen.getByRole("separator").getAttribute("aria-valuenow")).toBe("480");
});
