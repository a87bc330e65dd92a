import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Hit } from "../api/types.ts";
import { place } from "../router/router.ts";
import { plan } from "../state/plan.ts";
import { paletteOpen } from "../state/ui.ts";
import { chooseLanguage } from "../text/messages.ts";
import { Palette } from "./palette.tsx";

chooseLanguage("de");

const hit: Hit = {
  document_id: "d1",
  subject: "Schalltechnische Untersuchung Lindenweg",
  type: "report",
  dossier_id: "a1",
  file_reference: "621.41-2026/014",
  dossier_title: "B-Plan Nr. 14 Am Lindenweg",
  file_name: "schall.pdf",
  mime_type: "application/pdf",
  text_state: "extracted",
};

beforeEach(() => {
  const page = { items: [hit], total_estimate: 342 };
  vi.stubGlobal("fetch", vi.fn(async () => Response.json(page)));
  plan.value = {
    title: "Plan",
    units: [{ id: "u1", revision: 1, code: "645", title: "Beleuchtung Lindenweg", leaf: true }],
  };
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  paletteOpen.value = false;
});

it("finds dossiers, documents and units, and opens the chosen one by Enter", async () => {
  render(<Palette />);
  act(() => {
    paletteOpen.value = true;
  });
  const input = screen.getByRole("combobox");
  fireEvent.input(input, { target: { value: "lindenweg" } });
  await waitFor(() => expect(document.querySelector("[id$='-0']")?.textContent).toContain("B-Plan"));
  const groups = [...document.querySelectorAll(".palette-group")].map((each) => each.textContent);
  expect(groups).toEqual(["Akten", "Dokumente", "Aktenplan"]);
  expect(screen.queryByText(/Alle 342 Treffer/)).not.toBeNull();
  fireEvent.keyDown(input, { key: "ArrowDown" });
  expect(input.getAttribute("aria-activedescendant")).toMatch(/-1$/);
  fireEvent.keyDown(input, { key: "Enter" });
  expect(place.value).toMatchObject({ page: "document", id: "d1" });
  expect(paletteOpen.value).toBe(false);
});

it("searches the full text by Alt+Enter", () => {
  render(<Palette />);
  act(() => {
    paletteOpen.value = true;
  });
  const input = screen.getByRole("combobox");
  fireEvent.input(input, { target: { value: "Zisterne" } });
  fireEvent.keyDown(input, { key: "Enter", altKey: true });
  expect(place.value.page).toBe("search");
  expect(place.value.query.get("q")).toBe("Zisterne");
});
