// My open tasks and those of whom I stand in for: for the list, the start page and the count beside the
// way there.
import { computed, signal } from "@preact/signals";
import { type Failure, failureOf } from "../api/failure.ts";
import { listTasks, type Task } from "../api/workflow.ts";
import { endOfWeek, today } from "../text/days.ts";

export const tasks = signal<readonly Task[] | null>(null);
export const tasksFailure = signal<Failure | null>(null);
// There are more than have been loaded.
const cursor = signal<string | undefined>(undefined);
export const hasMoreTasks = computed(() => cursor.value !== undefined);

let round = 0;

// The server lists what is due first; what was loaded beyond the first page is loaded again, too.
export async function loadTasks(): Promise<void> {
  const mine = ++round;
  const wanted = tasks.peek()?.length ?? 0;
  try {
    const items: Task[] = [];
    let next: string | undefined;
    do {
      const page = await listTasks(next);
      items.push(...page.items);
      next = page.next_cursor;
    } while (next !== undefined && items.length < wanted);
    if (mine !== round) return;
    tasks.value = items;
    cursor.value = next;
    tasksFailure.value = null;
  } catch (error) {
    if (mine === round) tasksFailure.value = failureOf(error);
  }
}

// It is decided: it goes at once, not only when the list is read again.
export function dropTask(id: string): void {
  tasks.value = (tasks.peek() ?? []).filter((task) => task.id !== id);
}

export async function loadMoreTasks(): Promise<void> {
  if (cursor.value === undefined) return;
  const page = await listTasks(cursor.value);
  tasks.value = [...(tasks.peek() ?? []), ...page.items];
  cursor.value = page.next_cursor;
}

export type DueGroup = "overdue" | "today" | "week" | "later";
export const dueGroups: readonly DueGroup[] = ["overdue", "today", "week", "later"];

export function dueGroupOf(due: string | undefined, day: string): DueGroup {
  if (!due) return "later";
  if (due < day) return "overdue";
  if (due === day) return "today";
  return due <= endOfWeek(day) ? "week" : "later";
}

// In the order of the groups; empty ones are left out.
export function groupTasks(list: readonly Task[], day: string): [DueGroup, Task[]][] {
  return dueGroups
    .map((group): [DueGroup, Task[]] => [
      group,
      list.filter((task) => dueGroupOf(task.due, day) === group),
    ])
    .filter(([, members]) => members.length > 0);
}

export const overdueCount = computed(
  () => (tasks.value ?? []).filter((task) => dueGroupOf(task.due, today()) === "overdue").length,
);
// "12", "50+", "" while unknown or none.
export const taskCount = computed(() => {
  const count = tasks.value?.length ?? 0;
  return count === 0 ? "" : `${count}${hasMoreTasks.value ? "+" : ""}`;
});
