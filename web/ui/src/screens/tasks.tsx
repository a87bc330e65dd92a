// My tasks: the list in groups of their days, the document, and the decision. After a decision the next
// task is shown and told, and the focus stays where the work is.
import { CircleCheckBig, ListTodo } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Decision, Task } from "../api/workflow.ts";
import { Button } from "../components/button.tsx";
import { Split } from "../components/split.tsx";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { useKeys } from "../state/keys.ts";
import { narrow } from "../state/narrow.ts";
import { askedBy } from "../state/routing_chain.ts";
import { dropTask, hasMoreTasks, loadMoreTasks, loadTasks, tasks, tasksFailure } from "../state/tasks.ts";
import { showFailure } from "../state/toasts.ts";
import { w } from "../text/workflow.ts";
import { TaskList } from "./task_list.tsx";
import { TaskView } from "./task_view.tsx";

const show = (id: string, way: "push" | "replace") => navigate(pathOf("task", id), way);

function ListPane({ list, id, onOpen }: { list: readonly Task[]; id: string; onOpen: () => void }) {
  // Where the list is the whole screen, moving in it opens nothing yet.
  const [marked, setMarked] = useState("");
  const current = id || marked || (list[0]?.id ?? "");
  return (
    <section class="task-list-pane" data-pane tabIndex={-1} aria-labelledby="tasks-title">
      <header class="task-list-head">
        <h1 id="tasks-title">{w().tasks.title}</h1>
        <span class="meta">
          {w().tasks.count(list.length)}
          {hasMoreTasks.value && " +"}
        </span>
      </header>
      <TaskList
        tasks={list}
        current={current}
        onCurrent={(task) => (narrow.value ? setMarked(task.id) : show(task.id, "replace"))}
        onOpen={(task) => {
          if (task.id === id) onOpen();
          else show(task.id, narrow.value ? "push" : "replace");
        }}
      />
      {hasMoreTasks.value && (
        <p class="task-more">
          <Button onClick={() => void loadMoreTasks().catch(showFailure)}>{w().tasks.more}</Button>
        </p>
      )}
    </section>
  );
}

function NoTasks() {
  return (
    <Empty icon={CircleCheckBig} heading="h1" title={w().tasks.empty} text={w().tasks.emptyText}>
      <a class="button plain" href={pathOf("files")}>
        <span>{w().tasks.toFiles}</span>
      </a>
    </Empty>
  );
}

function GoneTask() {
  return (
    <Empty
      icon={ListTodo}
      heading={narrow.value ? "h1" : "h2"}
      title={w().tasks.gone}
      text={w().tasks.goneText}
    >
      <a class="button plain" href={pathOf("tasks")}>
        <span>{w().tasks.toList}</span>
      </a>
    </Empty>
  );
}

const focusPane = () => document.querySelector<HTMLElement>(".task-pane")?.focus();

// The task of the address. One that has left the list while it was shown stays with what was typed.
function useShownTask(list: readonly Task[] | null, id: string) {
  const held = useRef<Task | undefined>(undefined);
  const listed = list?.find((task) => task.id === id);
  if (listed) held.current = listed;
  const shown = listed ?? (held.current?.id === id ? held.current : undefined);
  return { shown, isGone: shown !== undefined && !listed };
}

// Which one comes when `gone` leaves the list: the one after it, else the one before.
export function nextAfter(list: readonly Task[], gone: string): Task | undefined {
  const at = list.findIndex((task) => task.id === gone);
  return at < 0 ? list[0] : (list[at + 1] ?? list[at - 1]);
}

export function Tasks({ id }: { id: string }) {
  const list = tasks.value;
  const { shown, isGone } = useShownTask(list, id);
  const [told, setTold] = useState("");
  const wantsPane = useRef(false);
  useEffect(() => void loadTasks(), []);
  // On a desk something is always shown beside the list; a task further down is loaded.
  useEffect(() => {
    const first = list?.[0];
    if (id === "" && first && !narrow.value) show(first.id, "replace");
    if (id !== "" && list && !shown && hasMoreTasks.value) void loadMoreTasks().catch(showFailure);
  }, [id, list, narrow.value]);
  useEffect(() => {
    if (!wantsPane.current) return;
    wantsPane.current = false;
    focusPane();
  }, [id]);
  useKeys({ Escape: () => (narrow.value && id ? navigate(pathOf("tasks")) : history.back()) });

  const goOn = () => {
    const next = nextAfter(list ?? [], id);
    // Where the focus was in what goes away now; in the list it stays.
    wantsPane.current = !document.activeElement?.closest(".task-list");
    dropTask(id);
    if (next) show(next.id, "replace");
    else navigate(pathOf("tasks"), "replace");
    setTold(next ? w().tasks.next(next.subject || next.title, askedBy(next)) : w().tasks.last);
    void loadTasks();
  };
  const onDecided = (_: Task, decision: Decision["decision"]) => {
    if (decision === "consult") void loadTasks();
    else goOn();
  };
  const onStep = (by: 1 | -1) => {
    const at = (list ?? []).findIndex((task) => task.id === id);
    const next = list?.[at + by];
    if (next) show(next.id, "replace");
  };

  if (!list) {
    return tasksFailure.value ? (
      <FailureView failure={tasksFailure.value} onRetry={() => void loadTasks()} />
    ) : (
      <Skeleton rows={8} look="card" />
    );
  }
  const view = shown ? (
    <TaskView
      key={shown.id}
      task={shown}
      isGone={isGone}
      onDecided={onDecided}
      onNext={goOn}
      onStep={onStep}
    />
  ) : (
    id !== "" && !hasMoreTasks.value && <GoneTask />
  );
  const pane = <ListPane list={list} id={shown?.id ?? ""} onOpen={focusPane} />;
  let body = pane;
  if (list.length === 0 && !shown) body = <NoTasks />;
  else if (narrow.value && id !== "") body = <>{view}</>;
  else if (!narrow.value) {
    body = (
      <Split
        name="tasks"
        side="start"
        width={globalThis.innerWidth < 1200 ? 300 : 364}
        min={240}
        max={520}
        pane={pane}
      >
        {view}
      </Split>
    );
  }
  return (
    <div class="tasks-screen">
      {body}
      <p class="hidden-text" role="status">
        {told}
      </p>
    </div>
  );
}
