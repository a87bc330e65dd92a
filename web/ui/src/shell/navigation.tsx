// The way through the house: at the left on a desk, at the bottom on a phone.
import { FolderOpen, House, type LucideIcon, Search, Trash2 } from "lucide-preact";
import { Icon } from "../components/icon.tsx";
import type { PageName } from "../router/patterns.ts";
import { pathOf, place } from "../router/router.ts";
import { t } from "../text/messages.ts";
import { PlanTree } from "./plan_tree.tsx";

const entries: { page: "start" | "files" | "search" | "bin"; icon: LucideIcon; also: PageName[] }[] = [
  { page: "start", icon: House, also: [] },
  { page: "files", icon: FolderOpen, also: ["unit", "dossier", "document"] },
  { page: "search", icon: Search, also: [] },
  { page: "bin", icon: Trash2, also: [] },
];

function Links() {
  const here = place.value.page;
  return (
    <ul>
      {entries.map(({ page, icon, also }) => {
        const isHere = here === page || also.some((each) => each === here);
        return (
          <li key={page}>
            <a href={pathOf(page)} aria-current={isHere ? "page" : undefined} title={t().nav[page]}>
              <Icon of={icon} />
              <span>{t().nav[page]}</span>
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
        <Links />
      </nav>
      <section class="side-plan" aria-labelledby="side-plan-title">
        <h2 id="side-plan-title">{t().nav.plan}</h2>
        <PlanTree />
      </section>
    </div>
  );
}

export function MobileNavigation() {
  return (
    <nav class="mobile-bar" aria-label={t().nav.label}>
      <Links />
    </nav>
  );
}
