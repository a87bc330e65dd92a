import { cleanup, render, screen, within } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it } from "vitest";
import { rememberPeople } from "../state/people.ts";
import { routingSample } from "../state/routing_sample.ts";
import { chooseLanguage } from "../text/messages.ts";
import { StepChain } from "./step_chain.tsx";

chooseLanguage("de");
beforeEach(() =>
  rememberPeople(
    Object.entries({
      marit: "Marit Lindqvist",
      rosa: "Rosa Stadler",
      hilde: "Hilde Brandt",
      berna: "Berna Özdemir",
      kurt: "Kurt Amrein",
      levke: "Levke Petersen",
    }).map(([id, display_name]) => ({ id, display_name })),
  ),
);
afterEach(cleanup);

it("shows steps side by side in one link of the chain", () => {
  render(<StepChain routing={routingSample()} />);
  const links = screen.getAllByRole("listitem");
  expect(links).toHaveLength(2);
  expect(within(links[0] as HTMLElement).getByText("2 nebeneinander")).not.toBeNull();
});

it("tells who signed, for whom, for which version, and what was said", () => {
  render(<StepChain routing={routingSample()} />);
  const step = screen.getByText("Marit Lindqvist").closest(".step") as HTMLElement;
  expect(step.classList.contains("done")).toBe(true);
  expect(step.textContent).toContain("gezeichnet");
  within(step).getByText("handelte für Rosa Stadler");
  within(step).getByText("gilt für Version 1");
  within(step).getByText("Hecke ist drin.");
});

it("tells with whom a step lies, since when, and its questions", () => {
  render(<StepChain routing={routingSample()} />);
  const step = screen.getByText("Hilde Brandt").closest(".step") as HTMLElement;
  expect(step.textContent).toContain("offen");
  expect(step.querySelector("time")?.getAttribute("datetime")).toBe("2026-11-20");
  within(step).getByText("Hilde Brandt fragt Kurt Amrein");
  expect(step.textContent).toContain("Ja, gedeckt.");
  within(step).getByText("noch ohne Antwort");
});

it("tells what waits, and offers what may be done with a step", () => {
  render(
    <StepChain
      routing={routingSample()}
      actions={(step) => (step.state === "open" ? <button type="button">Neu zuweisen</button> : null)}
    />,
  );
  const step = screen.getByText("Berna Özdemir").closest(".step") as HTMLElement;
  expect(step.textContent).toContain("wartet");
  within(step).getByText("Unterschrift der Bürgermeisterin");
  const open = screen.getByText("Neu zuweisen").closest(".step") as HTMLElement;
  expect(within(open).queryByText("Hilde Brandt")).not.toBeNull();
});
