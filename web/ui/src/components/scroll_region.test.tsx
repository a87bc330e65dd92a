import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, expect, it } from "vitest";
import { ScrollRegion } from "./scroll_region.tsx";

afterEach(cleanup);

it("can be focused and says what it is", () => {
  render(<ScrollRegion label="Verlauf">viel Text</ScrollRegion>);
  const region = screen.getByRole("region", { name: "Verlauf" });
  region.focus();
  expect(document.activeElement).toBe(region);
});
