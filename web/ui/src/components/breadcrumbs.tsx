import { ChevronRight } from "lucide-preact";
import type { Unit } from "../api/types.ts";
import { pathOf } from "../router/router.ts";
import { t } from "../text/messages.ts";
import { Icon } from "./icon.tsx";

interface BreadcrumbsProps {
  units: Unit[];
  // What follows the units, e.g. a dossier.
  last?: { href: string; text: string };
}

export function Breadcrumbs({ units, last }: BreadcrumbsProps) {
  const steps = units.map((unit) => ({
    href: pathOf("unit", unit.id),
    text: `${unit.code} ${unit.title}`,
  }));
  if (last) steps.push(last);
  return (
    <nav class="breadcrumbs" aria-label={t().nav.plan}>
      <ol>
        {steps.map((step, i) => (
          <li key={step.href}>
            {i > 0 && <Icon of={ChevronRight} size={14} />}
            <a href={step.href}>{step.text}</a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
