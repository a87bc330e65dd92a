// What is due, and who stands in for whom, at the top of the start page.
import { ArrowRight, CircleCheckBig, UserRoundCheck } from "lucide-preact";
import type { Task } from "../api/workflow.ts";
import { DueChip } from "../components/due_chip.tsx";
import { Icon } from "../components/icon.tsx";
import { Skeleton } from "../components/states.tsx";
import { pathOf } from "../router/router.ts";
import { nameOfPerson } from "../state/people.ts";
import { askedBy } from "../state/routing_chain.ts";
import { isRunning, myAbsences, myDeputyships } from "../state/substitutions.ts";
import { taskCount, tasks, tasksFailure } from "../state/tasks.ts";
import { formatDate } from "../text/format.ts";
import { t } from "../text/messages.ts";

const shownMax = 4;

function TaskCard({ task }: { task: Task }) {
  const words = t().asked;
  const asked = askedBy(task);
  return (
    <li>
      <a class="card task-card" href={pathOf("task", task.id)}>
        <span class="task-top">
          <DueChip due={task.due} />
          <span class="meta">
            {task.stage > 0 ? words.of(asked, task.stage, task.stages) : asked}
          </span>
        </span>
        <strong>{task.subject || task.title}</strong>
        <span class="meta">
          {words.from(nameOfPerson(task.asked_by ?? task.initiator))} · {task.file_reference}
        </span>
        {task.on_behalf_of && (
          <span class="capacity">
            <Icon of={UserRoundCheck} size={13} />
            {words.deputyFor(nameOfPerson(task.on_behalf_of))}
          </span>
        )}
      </a>
    </li>
  );
}

export function StartTasks() {
  const words = t().start;
  const list = tasks.value;
  if (!list && tasksFailure.value) return null;
  return (
    <section aria-labelledby="start-todo">
      <div class="section-head">
        <h2 id="start-todo">
          {words.todo} <span class="count">{taskCount.value}</span>
        </h2>
        <a class="more-link" href={pathOf("tasks")}>
          {words.todoAll} <Icon of={ArrowRight} size={14} />
        </a>
      </div>
      {!list && <Skeleton rows={2} look="card" />}
      {list?.length === 0 && (
        <p class="all-done">
          <Icon of={CircleCheckBig} /> {words.todoNone}
        </p>
      )}
      <ul class="cards">
        {list?.slice(0, shownMax).map((task) => <TaskCard key={task.id} task={task} />)}
      </ul>
    </section>
  );
}

// "für Rosa Stadler bis 08.12.2026", "durch Hilde Brandt bis …": the substitutions of today.
export function runningSubstitutions(): { id: string; text: string }[] {
  const words = t().nav;
  return [
    ...myDeputyships.value.filter((each) => isRunning(each)).map((each) => ({
      id: each.id,
      text: words.actingForUntil(nameOfPerson(each.absent), formatDate(each.last_day)),
    })),
    ...myAbsences.value.filter((each) => isRunning(each)).map((each) => ({
      id: each.id,
      text: words.representedUntil(nameOfPerson(each.deputy), formatDate(each.last_day)),
    })),
  ];
}

export function StartSubstitutions() {
  const running = runningSubstitutions();
  if (running.length === 0) return null;
  return (
    <section aria-labelledby="start-stand-ins">
      <h2 id="start-stand-ins">{t().start.standIns}</h2>
      <ul class="cards">
        {running.map(({ id, text }) => (
          <li key={id}>
            <a class="card" href={pathOf("substitutions")}>
              <span class="card-icon">
                <Icon of={UserRoundCheck} />
              </span>
              <span class="card-text">
                <strong>{t().nav.actingFor}</strong>
                <span class="meta">{text}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
