import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { useState } from "preact/hooks";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { DossierChoice } from "../state/dossier_choices.ts";
import { chooseLanguage } from "../text/messages.ts";
import { DossierField } from "./dossier_field.tsx";

chooseLanguage("de");
let asked: string[] = [];

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    return Response.json({
      items: [
        {
          document_id: "d1",
          dossier_id: "a1",
          dossier_title: "Müllabfuhr 2026",
          file_reference: "700.1-2026/004",
        },
      ],
    });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Page({ onChange }: { onChange: (next: DossierChoice | undefined) => void }) {
  const [value, setValue] = useState<DossierChoice>();
  return (
    <DossierField
      value={value}
      onChange={(next) => {
        setValue(next);
        onChange(next);
      }}
    />
  );
}

const field = () => screen.getByRole("combobox") as HTMLInputElement;
const type = (text: string) => fireEvent.input(field(), { target: { value: text } });

it("takes a dossier, but not by the Enter that ends composing a letter or sends the form", async () => {
  const onChange = vi.fn();
  render(<Page onChange={onChange} />);
  type("müll");
  await screen.findByRole("option");
  fireEvent.keyDown(field(), { key: "Enter", isComposing: true });
  fireEvent.keyDown(field(), { key: "Enter", ctrlKey: true });
  expect(onChange).not.toHaveBeenCalled();
  fireEvent.keyDown(field(), { key: "Enter" });
  expect(onChange).toHaveBeenCalledWith(expect.objectContaining({ id: "a1" }));
  expect(field().value).toBe("700.1-2026/004 Müllabfuhr 2026");
});

it("asks for nothing by one letter, nor again for what was chosen", async () => {
  render(<Page onChange={() => undefined} />);
  type("m");
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(asked).toEqual([]);
  type("mü");
  fireEvent.click(await screen.findByRole("option"));
  const before = asked.length;
  fireEvent.click(field());
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(asked.length).toBe(before);
});
