import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { PreviewState } from "../api/types.ts";
import { chooseLanguage } from "../text/messages.ts";
import { areTextPages, hasLooks, Looks } from "./looks.tsx";

beforeEach(() => chooseLanguage("de"));
afterEach(cleanup);

const looks = (state: PreviewState | undefined, textFirst = false) => (
  <Looks
    state={state}
    textFirst={textFirst}
    pages={<p>die Seiten</p>}
    text={<p>der Text</p>}
  />
);

it("shows pages, and the text for the asking", () => {
  render(looks("made"));
  expect(screen.queryByText("der Text")).toBeNull();
  const button = screen.getByRole("button", { name: "Text" });
  expect(button.getAttribute("aria-pressed")).toBe("false");
  fireEvent.click(button);
  screen.getByText("der Text");
  expect(screen.queryByText("die Seiten")).toBeNull();
  expect(button.getAttribute("aria-pressed")).toBe("true");
});

it("shows the text until the pages are made, and then these", () => {
  const { rerender } = render(looks("pending"));
  screen.getByText("der Text");
  expect(screen.getByRole("status").textContent).toContain("wird gerade erstellt");
  rerender(looks("made"));
  screen.getByText("die Seiten");
  expect(screen.queryByRole("status")).toBeNull();
});

it("begins with the text where words in it are to be shown", () => {
  render(looks("made", true));
  screen.getByText("der Text");
  fireEvent.click(screen.getByRole("button", { name: "Seiten" }));
  screen.getByText("die Seiten");
});

it("offers no choice where there are no pages", () => {
  for (const state of ["damaged", "refused", "encrypted", "unsupported", undefined] as const) {
    render(looks(state));
    screen.getByText("der Text");
    expect(screen.queryByRole("button")).toBeNull();
    cleanup();
  }
});

it("knows whose pages say more than their text", () => {
  expect(hasLooks("application/vnd.oasis.opendocument.spreadsheet")).toBe(true);
  expect(hasLooks("image/tiff")).toBe(true);
  expect(hasLooks("message/rfc822")).toBe(false);
  expect(hasLooks("text/html")).toBe(false);
});

it("knows on whose pages the words of the text have their places", () => {
  expect(areTextPages("image/tiff")).toBe(true);
  expect(areTextPages("application/vnd.oasis.opendocument.text")).toBe(false);
});
