// The list of tasks in groups of their days: a listbox with one tab stop, the current task is the
// active descendant.
import { UserRoundCheck } from "lucide-preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { Task } from "../api/workflow.ts";
import { DueChip } from "../components/due_chip.tsx";
import { Icon } from "../components/icon.tsx";
import { useListKeys } from "../state/list_keys.ts";
import { nameOfPerson } from "../state/people.ts";
import { askedBy } from "../state/routing_chain.ts";
import { groupTasks } from "../state/tasks.ts";
import { today } from "../text/days.ts";
import { formatNear } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { w } from "../text/workflow.ts";

interface TaskListProps {
  tasks: readonly Task[];
  current: string;
  // Marks a task as the current one.
  onCurrent: (task: Task) => void;
  // By pointer, or by Enter on the current one.
  onOpen: (task: Task) => void;
}

function Row({ task }: { task: Task }) {
  const sender = nameOfPerson(task.asked_by ?? task.initiator);
  return (
    <>
      <span class="task-top">
        <span class="task-asked">{askedBy(task)}</span>
        <span class="meta">{formatNear(task.opened)}</span>
      </span>
      <span class="task-subject">{task.subject || task.title}</span>
      <span class="task-notes">
        <DueChip due={task.due} />
        {task.on_behalf_of && (
          <span class="capacity">
            <Icon of={UserRoundCheck} size={13} />
            {t().asked.deputyFor(nameOfPerson(task.on_behalf_of))}
          </span>
        )}
        <span class="meta">{w().tasks.from(sender)}</span>
      </span>
    </>
  );
}

export function TaskList({ tasks, current, onCurrent, onOpen }: TaskListProps) {
  const id = useId();
  const element = useRef<HTMLDivElement>(null);
  const groups = groupTasks(tasks, today());
  const ordered = groups.flatMap(([, members]) => members);
  const at = ordered.findIndex((task) => task.id === current);
  useEffect(() => {
    const row = element.current?.querySelector("[aria-selected=true]");
    row?.scrollIntoView?.({ block: "nearest" });
  }, [current]);
  const onKeyDown = useListKeys({ element, items: ordered, at, onCurrent, onOpen });
  return (
    <div
      ref={element}
      class="task-list"
      role="listbox"
      tabIndex={0}
      aria-label={w().tasks.list}
      aria-activedescendant={at >= 0 ? `${id}-${current}` : undefined}
      onKeyDown={onKeyDown}
    >
      {groups.map(([group, members]) => (
        <div key={group} role="group" aria-labelledby={`${id}-${group}`}>
          <div class={`task-group ${group}`} id={`${id}-${group}`} role="presentation">
            {w().tasks.groups[group]} <span class="count">{members.length}</span>
          </div>
          {members.map((task) => (
            <div
              key={task.id}
              id={`${id}-${task.id}`}
              class="task-row"
              role="option"
              aria-selected={task.id === current}
              onClick={() => onOpen(task)}
            >
              <Row task={task} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
