import { beforeEach, expect, it, vi } from "vitest";
import type { Task } from "../api/workflow.ts";
import { dueGroupOf, groupTasks, hasMoreTasks, loadMoreTasks, loadTasks, taskCount, tasks } from "./tasks.ts";

const task = (id: string, due?: string): Task => ({
  id,
  kind: "step",
  routing_id: "r",
  revision: 1,
  initiator: "u",
  stage: 1,
  stages: 1,
  document_id: "d",
  subject: "Betreff",
  file_reference: "022.31-2026/001",
  version: { number: 1, sha256: "0" },
  title: "Betreff",
  opened: "2026-11-20T08:00:00Z",
  ...(due ? { due } : {}),
});

beforeEach(() => {
  tasks.value = null;
});

it("puts a task where its day belongs", () => {
  const day = "2026-11-25"; // a Wednesday
  expect(dueGroupOf("2026-11-24", day)).toBe("overdue");
  expect(dueGroupOf("2026-11-25", day)).toBe("today");
  expect(dueGroupOf("2026-11-29", day)).toBe("week");
  expect(dueGroupOf("2026-11-30", day)).toBe("later");
  expect(dueGroupOf(undefined, day)).toBe("later");
});

it("groups in order and leaves out what is empty", () => {
  const list = [task("a", "2026-11-20"), task("b", "2026-12-20"), task("c")];
  const groups = groupTasks(list, "2026-11-25");
  expect(groups.map(([group, members]) => [group, members.map((each) => each.id)])).toEqual([
    ["overdue", ["a"]],
    ["later", ["b", "c"]],
  ]);
});

it("loads page by page and says that there are more", async () => {
  const pages: Record<string, object> = {
    "": { items: [task("a")], next_cursor: "x" },
    x: { items: [task("b")] },
  };
  vi.stubGlobal("fetch", async (url: string) => {
    const cursor = new URL(url, "https://h/").searchParams.get("cursor") ?? "";
    return Response.json(pages[cursor]);
  });
  await loadTasks();
  expect(taskCount.value).toBe("1+");
  await loadMoreTasks();
  expect(taskCount.value).toBe("2");
  // What was loaded is loaded again, and not forgotten.
  await loadTasks();
  expect(tasks.value?.length).toBe(2);
  expect(hasMoreTasks.value).toBe(false);
  vi.unstubAllGlobals();
});
