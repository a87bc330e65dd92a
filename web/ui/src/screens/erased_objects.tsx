// The objects of an erasure, each with what stands against it or what became of it.
import { FileText, FolderOpen, TriangleAlert } from "lucide-preact";
import type { ErasureObject } from "../api/erasures.ts";
import { Chip } from "../components/chip.tsx";
import { Icon } from "../components/icon.tsx";
import { pathOf } from "../router/router.ts";
import { nameOfObject, wordsOf } from "../state/erasures.ts";
import { e } from "../text/erasure.ts";

const isThere = (object: ErasureObject) => object.title !== undefined;

interface ObjectsProps {
  label: string;
  objects: readonly ErasureObject[];
  // Links lead there where it is still there; a dialog shows names alone.
  linked?: boolean;
  // What became of each; before it has begun all are still there.
  states?: boolean;
}

const stateTones = { waiting: "neutral", destroyed: "neutral", left_out: "amber" } as const;

export function ErasedObjects({ label, objects, linked = false, states = false }: ObjectsProps) {
  return (
    <ul class="erased-objects" aria-label={label}>
      {objects.map((object) => (
        <li key={object.id}>
          <Icon of={object.kind === "dossier" ? FolderOpen : FileText} />
          <span class="erased-text">
            {linked && isThere(object) ? (
              <a href={pathOf(object.kind, object.id)}>{nameOfObject(object)}</a>
            ) : (
              <span class="erased-name">{nameOfObject(object)}</span>
            )}
            {isThere(object) && (
              <span class="meta">
                {e().kinds[object.kind]}{" "}
                <span class="figures">{object.file_reference}</span>
              </span>
            )}
            {wordsOf(object.reasons).map((reason) => (
              <span key={reason} class="erased-reason">
                <Icon of={TriangleAlert} size={14} />
                {reason}
              </span>
            ))}
          </span>
          {states && <Chip tone={stateTones[object.state]}>{e().objectStates[object.state]}</Chip>}
        </li>
      ))}
    </ul>
  );
}
