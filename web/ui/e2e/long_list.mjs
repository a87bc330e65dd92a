// A dossier of 10,000 documents: the answers are made here, page by page as the server gives them.
import assert from "node:assert/strict";

const count = 10_000;
const nodesMax = 1000;

export async function answerPages(page, dossier) {
  const pattern = `**/api/v1/dossiers/${dossier}/documents*`;
  let like;
  await page.route(pattern, async (route) => {
    const query = new URL(route.request().url()).searchParams;
    const from = Number(query.get("cursor") ?? 0);
    const limit = Number(query.get("limit"));
    if (!like) {
      const response = await route.fetch({ url: route.request().url().split("?")[0] });
      [like] = (await response.json()).items;
    }
    const items = Array.from({ length: limit }, (_, i) => ({
      ...like,
      id: `${from + i}`,
      subject: `Schreiben Nr. ${from + i + 1}`,
    }));
    const next = from + limit < count ? { next_cursor: String(from + limit) } : {};
    await route.fulfill({ json: { items, total_estimate: count, ...next } });
  });
  return () => page.unroute(pattern);
}

export async function longList(page, url, demo) {
  const undo = await answerPages(page, demo.dossier);
  await page.goto(`${url}/dossiers/${demo.dossier}`);
  const grid = page.getByRole("grid");
  await grid.getByText("Schreiben Nr. 1", { exact: true }).waitFor();
  assert.equal(await grid.getAttribute("aria-rowcount"), String(count + 1));
  for (const row of [300, 1000, 1500]) {
    await grid.evaluate((element, top) => element.scrollTo(0, top), row * 36);
    await grid.getByText(`Schreiben Nr. ${row + 5}`, { exact: true }).waitFor();
    const nodes = await grid.evaluate((element) => element.querySelectorAll("*").length);
    assert.ok(nodes < nodesMax, `${nodes} nodes in the list`);
  }
  await grid.press("End");
  await grid.getByText(`Schreiben Nr. ${count}`, { exact: true }).waitFor();
  await undo();
}
