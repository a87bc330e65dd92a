// One thing seen at every width in both themes, where it is too much work to come there for each look.
import assert from "node:assert/strict";
import { axeFindings, scrollFindings } from "./browser.mjs";

const sizes = [
  { width: 1440, height: 900 },
  { width: 1093, height: 768 },
  { width: 390, height: 844 },
];

// `seen` is awaited in every look before anything is judged. Dialogs that are open stay open.
export async function lookAt(page, name, seen, shots) {
  const before = page.viewportSize();
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const size of sizes) {
      await page.setViewportSize(size);
      await seen();
      await page.screenshot({ path: `${shots}/${name}-${size.width}-${colorScheme}.png` });
      assert.deepEqual([...(await axeFindings(page)), ...(await scrollFindings(page))], [], name);
      const wider = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(wider, 0, `${name} is wider than ${size.width} px`);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(before);
}
