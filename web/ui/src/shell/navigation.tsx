// The way through the house: at the left on a desk, at the bottom on a phone.
import { FolderOpen, House, Inbox, ListTodo, type LucideIcon, Search, Trash2, TriangleAlert } from "lucide-preact";
import { Icon } from "../components/icon.tsx";
import type { PageName } from "../router/patterns.ts";
import { pathOf, place } from "../router/router.ts";
import { inboxCount } from "../state/inboxes.ts";
import { newHits } from "../state/saved_searches.ts";
import { overdueCount, taskCount } from "../state/tasks.ts";
import { t } from "../text/messages.ts";
import { PlanTree } from "./plan_tree.tsx";
import { SubstitutionBox } from "./substitution_box.tsx";

type Entry = "start" | "inbox" | "tasks" | "files" | "search" | "bin";

const entries: { page: Entry; icon: LucideIcon; also: PageName[] }[] = [
  { page: "start", icon: House, also: [] },
  { page: "inbox", icon: Inbox, also: ["inbound"] },
  { page: "tasks", icon: ListTodo, also: ["task"] },
  { page: "files", icon: FolderOpen, also: ["unit", "dossier", "document"] },
  { page: "search", icon: Search, also: [] },
  { page: "bin", icon: Trash2, also: [] },
];

// How many tasks there are, in red where one is overdue: by sign and word, not by colour alone.
function TaskCount() {
  if (taskCount.value === "") return null;
  const overdue = overdueCount.value;
  return (
    <span class={overdue > 0 ? "nav-count overdue" : "nav-count"}>
      {overdue > 0 && <Icon of={TriangleAlert} size={12} />}
      {taskCount.value}
      {overdue > 0 && <span class="hidden-text">, {t().nav.overdue(overdue)}</span>}
    </span>
  );
}

function InboxCount() {
  if (inboxCount.value === 0) return null;
  return (
    <span class="nav-count">
      {inboxCount.value}
      <span class="hidden-text"> {t().nav.inboxNew}</span>
    </span>
  );
}

function NewHits() {
  if (newHits.value === 0) return null;
  return (
    <span class="nav-count">
      {newHits.value}
      <span class="hidden-text"> {t().nav.newHits}</span>
    </span>
  );
}

// On a phone the bin is left to the palette, and there is less room for words.
function Links({ look }: { look: "side" | "bar" }) {
  const here = place.value.page;
  const shown = look === "bar" ? entries.filter(({ page }) => page !== "bin") : entries;
  const nameOf = (page: Entry) =>
    look === "bar" && page === "inbox" ? t().nav.inboxShort : t().nav[page];
  return (
    <ul>
      {shown.map(({ page, icon, also }) => {
        const isHere = here === page || also.some((each) => each === here);
        return (
          <li key={page}>
            <a href={pathOf(page)} aria-current={isHere ? "page" : undefined} title={t().nav[page]}>
              <Icon of={icon} />
              <span class="nav-text">{nameOf(page)}</span>
              {page === "inbox" && <InboxCount />}
              {page === "tasks" && <TaskCount />}
              {page === "search" && <NewHits />}
            </a>
          </li>
        );
      })}
    </ul>
  );
}

export function Navigation() {
  return (
    <div class="side" data-pane>
      <nav aria-label={t().nav.label}>
        <Links look="side" />
      </nav>
      <section class="side-plan" aria-labelledby="side-plan-title">
        <h2 id="side-plan-title">{t().nav.plan}</h2>
        <PlanTree />
      </section>
      <SubstitutionBox />
    </div>
  );
}

export function MobileNavigation() {
  return (
    <nav class="mobile-bar" aria-label={t().nav.label}>
      <Links look="bar" />
    </nav>
  );
}
