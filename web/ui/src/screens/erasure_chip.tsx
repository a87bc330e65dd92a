import { Check, CircleX, Clock, LoaderCircle, type LucideIcon, Undo2 } from "lucide-preact";
import type { ErasureState } from "../api/erasures.ts";
import { Chip, type Tone } from "../components/chip.tsx";
import { e } from "../text/erasure.ts";

const looks: Record<ErasureState, [Tone, LucideIcon]> = {
  proposed: ["amber", Clock],
  released: ["accent", LoaderCircle],
  erasing: ["accent", LoaderCircle],
  freeing: ["accent", LoaderCircle],
  done: ["green", Check],
  withdrawn: ["neutral", Undo2],
  refused: ["red", CircleX],
};

export function ErasureChip({ state }: { state: ErasureState }) {
  const [tone, icon] = looks[state];
  return (
    <Chip tone={tone} icon={icon}>
      {e().states[state]}
    </Chip>
  );
}
