import { nameOfPerson } from "../state/people.ts";
import type { Trouble } from "../state/task_trouble.ts";
import { formatNear } from "../text/format.ts";
import { w } from "../text/workflow.ts";
import { Button } from "../components/button.tsx";

type Meanwhile = Exclude<Trouble, { kind: "failure" | "seen" }>;

function wordsFor(trouble: Meanwhile): { title: string; text: string; action: string } {
  const words = w().decide;
  switch (trouble.kind) {
    case "newer":
      return {
        title: words.newerTitle,
        text: words.newerText(trouble.seen, trouble.now),
        action: words.showNewer(trouble.now),
      };
    case "moved":
      return { title: words.movedTitle, text: words.movedText, action: words.reload };
    case "ended":
      return { title: words.endedTitle, text: words.endedText, action: words.onward };
  }
}

interface NoticeProps {
  trouble: Meanwhile;
  // What stands in the comment, which is kept.
  typed: string;
  onGoOn: () => void;
}

// Says what happened meanwhile, that what was typed is kept, and offers to go on from there.
export function TroubleNotice({ trouble, typed, onGoOn }: NoticeProps) {
  const { title, text, action } = wordsFor(trouble);
  const entries = trouble.kind === "newer" ? [] : trouble.entries;
  return (
    <div class="notice amber trouble" role="alert">
      <strong>{title}</strong>
      {entries.map((entry) => (
        <p key={`${entry.at} ${entry.by}`}>
          {nameOfPerson(entry.by)}: {w().slip.acts[entry.act]}, {formatNear(entry.at)}
          {entry.comment && ` „${entry.comment}“`}
        </p>
      ))}
      <p>{text}</p>
      {typed.trim() !== "" && (
        <p>{trouble.kind === "ended" ? w().decide.keptWas(typed.trim()) : w().decide.kept}</p>
      )}
      <Button onClick={onGoOn}>{action}</Button>
    </div>
  );
}
