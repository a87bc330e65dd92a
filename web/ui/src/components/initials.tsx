import { initialsOf } from "../text/format.ts";

// A person as a round mark beside the name; not read aloud.
export function Initials({ name }: { name: string }) {
  return (
    <span class="initials" aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
