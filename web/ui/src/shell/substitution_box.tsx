import { UsersRound } from "lucide-preact";
import { Icon } from "../components/icon.tsx";
import { pathOf } from "../router/router.ts";
import { runningSubstitutions } from "../screens/start_tasks.tsx";
import { t } from "../text/messages.ts";

// At the foot of the side: that I stand in for somebody today, or somebody for me.
export function SubstitutionBox() {
  const running = runningSubstitutions();
  if (running.length === 0) return null;
  const texts = running.map(({ text }) => text);
  return (
    <aside aria-label={t().nav.substitutions}>
      <a
        class="substitution-box"
        href={pathOf("substitutions")}
        title={`${t().nav.actingFor}: ${texts.join(", ")}`}
      >
        <Icon of={UsersRound} />
        <span>
          <strong>{t().nav.actingFor}</strong>
          {texts.map((text) => (
            <span key={text}>{text}</span>
          ))}
        </span>
      </a>
    </aside>
  );
}
