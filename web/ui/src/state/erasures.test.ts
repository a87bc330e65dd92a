import { beforeEach, expect, it } from "vitest";
import type { Erasure, ErasureState } from "../api/erasures.ts";
import { chooseLanguage } from "../text/messages.ts";
import { isBlocked, isOwn, isRunning, nameOfErasure, stepsOf } from "./erasures.ts";
import { erasureSample } from "./erasure_sample.ts";

beforeEach(() => chooseLanguage("de"));
const inState = (state: ErasureState): Erasure => ({ ...erasureSample(), state });
const statesOf = (state: ErasureState) => stepsOf(inState(state)).map(([, each]) => each);

it("calls an erasure by its first object, and says how many more there are", () => {
  const erasure = erasureSample();
  const [first] = erasure.objects;
  expect(nameOfErasure(erasure)).toBe("Stellenausschreibung Bauhof");
  erasure.objects.push({ ...first!, id: "d2" }, { ...first!, id: "d3" });
  expect(nameOfErasure(erasure)).toBe("Stellenausschreibung Bauhof und 2 weitere");
});

it("calls what is gone by its reference, or by nothing where that could name somebody", () => {
  const erasure = erasureSample();
  erasure.objects = [
    { kind: "dossier", id: "d1", state: "destroyed", reasons: [], file_reference: "030.3-2022/001" },
  ];
  expect(nameOfErasure(erasure)).toBe("Vernichtete Akte 030.3-2022/001");
  erasure.objects = [{ kind: "document", id: "d1", state: "destroyed", reasons: [] }];
  expect(nameOfErasure(erasure)).toBe("Vernichtetes Dokument");
});

it("tells how far each step is", () => {
  expect(statesOf("proposed")).toEqual(["done", "ahead", "ahead", "ahead"]);
  expect(statesOf("released")).toEqual(["done", "done", "now", "ahead"]);
  expect(statesOf("erasing")).toEqual(["done", "done", "now", "ahead"]);
  expect(statesOf("freeing")).toEqual(["done", "done", "done", "now"]);
  expect(statesOf("done")).toEqual(["done", "done", "done", "done"]);
});

it("knows whose it is: also for whom it was proposed", () => {
  const erasure = erasureSample();
  expect(isOwn(erasure, "hilde")).toBe(true);
  expect(isOwn(erasure, "berna")).toBe(false);
  expect(isOwn({ ...erasure, proposed_for: "berna" }, "berna")).toBe(true);
  expect(isOwn(erasure, undefined)).toBe(false);
});

it("runs from the release to the end, and is blocked by any reason", () => {
  const all: ErasureState[] = ["proposed", "released", "erasing", "freeing", "done", "withdrawn", "refused"];
  expect(all.filter((state) => isRunning(inState(state)))).toEqual(["released", "erasing", "freeing"]);
  const erasure = erasureSample();
  expect(isBlocked(erasure)).toBe(false);
  erasure.objects[0]!.reasons = ["on_hold"];
  expect(isBlocked(erasure)).toBe(true);
});
