import { AlarmClock, Clock, TriangleAlert } from "lucide-preact";
import { daysBetween, today } from "../text/days.ts";
import { formatDate } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { Chip } from "./chip.tsx";

const nearDays = 3;
const countedDays = 30; // beyond that the date says more than a count

function wordsFor(due: string, days: number): string {
  const words = t().due;
  if (days < 0) return words.overdue(-days);
  if (days === 0) return words.today;
  if (days === 1) return words.tomorrow;
  return days <= countedDays ? words.days(days) : words.on(formatDate(due));
}

interface DueChipProps {
  due: string | undefined;
  day?: string;
}

// How long there is until a day: by word, icon and colour. It goes before every other chip.
export function DueChip({ due, day = today() }: DueChipProps) {
  if (!due) return null;
  const days = daysBetween(day, due);
  const [tone, icon] =
    days < 0
      ? (["red", TriangleAlert] as const)
      : days <= nearDays
        ? (["amber", AlarmClock] as const)
        : (["green", Clock] as const);
  return (
    <Chip tone={tone} icon={icon}>
      <time dateTime={due} title={formatDate(due)}>
        {wordsFor(due, days)}
      </time>
    </Chip>
  );
}
