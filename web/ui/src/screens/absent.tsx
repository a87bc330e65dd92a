import { FileQuestionMark } from "lucide-preact";
import { Empty } from "../components/states.tsx";
import { pathOf } from "../router/router.ts";
import { t } from "../text/messages.ts";

// An address that leads nowhere, or to something the user may not see: both look the same.
export function Absent() {
  return (
    <Empty
      icon={FileQuestionMark}
      heading="h1"
      title={t().app.absentTitle}
      text={t().app.absentText}
    >
      <a class="button plain" href={pathOf("start")}>
        <span>{t().app.toStart}</span>
      </a>
    </Empty>
  );
}
