import { describe, expect, it } from "vitest";
import { matchPlace, pathOf } from "./router.ts";

describe("router", () => {
  it("finds the screen and its id", () => {
    expect(matchPlace("/", "").page).toBe("start");
    expect(matchPlace("/dossiers/abc", "")).toMatchObject({ page: "dossier", id: "abc" });
    expect(matchPlace("/files/", "").page).toBe("files");
  });
  it("calls an unknown path absent", () => {
    expect(matchPlace("/dossiers/abc/more", "").page).toBe("absent");
    expect(matchPlace("/api/v1/session", "").page).toBe("absent");
  });
  it("leaves empty parameters out of an address", () => {
    expect(pathOf("search", "", { q: "Zisterne", type: "" })).toBe("/search?q=Zisterne");
  });
});
