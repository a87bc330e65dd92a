import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, it, vi } from "vitest";
import { chooseLanguage } from "../text/messages.ts";
import { lazy } from "./lazy.tsx";

chooseLanguage("de");
afterEach(cleanup);

it("shows what it loaded, and tries again where it did not come", async () => {
  const load = vi
    .fn<() => Promise<(props: { name: string }) => string>>()
    .mockRejectedValueOnce(new TypeError("failed to fetch"))
    .mockResolvedValue(({ name }) => `Hallo ${name}`);
  const Part = lazy(load);
  render(<Part name="Hilde" />);
  fireEvent.click(await screen.findByText("Erneut versuchen"));
  expect(await screen.findByText("Hallo Hilde")).not.toBeNull();
  // Once loaded, it is there at once.
  cleanup();
  render(<Part name="Marit" />);
  expect(screen.queryByText("Hallo Marit")).not.toBeNull();
  expect(load).toHaveBeenCalledTimes(2);
});
