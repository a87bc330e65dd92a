import { expect, it } from "vitest";
import { splitMail } from "./text_view.tsx";

it("takes a mail's head from its text", () => {
  const mail = splitMail(
    "From: Petra Ackerlund <p@example>\nTo: Gemeinde\nDate: Wed, 18 Nov 2026 08:00:00 +0000\n" +
      "Subject: Entwässerungsplan\n\nsehr geehrte Frau Lindqvist,\n\nTo: steht auch hier",
  );
  expect(mail).toMatchObject({ from: "Petra Ackerlund <p@example>", subject: "Entwässerungsplan" });
  expect(mail?.body.startsWith("sehr geehrte")).toBe(true);
  expect(mail?.body).toContain("To: steht auch hier");
});

it("takes a text without such a head for a text", () => {
  expect(splitMail("Vermerk\n\nFrom here on")).toBeUndefined();
});
