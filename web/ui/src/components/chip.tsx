// Chips: a state as icon, word and colour; a file's kind; and filters that open a small window.
import { Archive, Check, ChevronDown, CircleDashed, Inbox, PenLine, Send, X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { DocumentStatus } from "../api/types.ts";
import { fileKind } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { Icon, type LucideIcon } from "./icon.tsx";
import { Popover } from "./popover.tsx";

export type Tone = "neutral" | "red" | "amber" | "green" | "cyan" | "accent";

interface ChipProps {
  tone?: Tone;
  icon?: LucideIcon;
  children: ComponentChildren;
}

export function Chip({ tone = "neutral", icon, children }: ChipProps) {
  return (
    <span class={`chip ${tone}`}>
      {icon && <Icon of={icon} size={13} />}
      {children}
    </span>
  );
}

const statusLooks: Record<DocumentStatus, [Tone, LucideIcon]> = {
  draft: ["cyan", CircleDashed],
  in_process: ["amber", PenLine],
  signed: ["accent", Check],
  sent: ["green", Send],
  received: ["accent", Inbox],
  final: ["neutral", Archive],
};

export function StatusChip({ status }: { status: DocumentStatus | undefined }) {
  if (!status) return null;
  const [tone, icon] = statusLooks[status];
  return (
    <Chip tone={tone} icon={icon}>
      {t().statuses[status]}
    </Chip>
  );
}

const kindTones: Record<string, Tone> = {
  PDF: "red",
  DOCX: "accent",
  ODT: "accent",
  MAIL: "cyan",
  DWG: "green",
  XLS: "green",
  BILD: "amber",
};

export function FileBadge({ mimeType }: { mimeType: string }) {
  const kind = fileKind(mimeType);
  return <span class={`badge ${kindTones[kind] ?? "neutral"}`}>{kind}</span>;
}

interface FilterChipProps {
  label: string;
  // The chosen values in words; "" where nothing is chosen.
  chosen: string;
  onClear: () => void;
  children: ComponentChildren;
}

export function FilterChip({ label, chosen, onClear, children }: FilterChipProps) {
  const frame = useRef<HTMLSpanElement>(null);
  // The button that was pressed goes; the focus stays at the chip.
  const clear = () => {
    onClear();
    frame.current?.querySelector<HTMLElement>(".filter-open")?.focus();
  };
  return (
    <span class={chosen ? "filter-chip chosen" : "filter-chip"} ref={frame}>
      <Popover
        buttonClass="filter-open"
        button={
          <>
            <span>{chosen ? `${label}: ${chosen}` : label}</span>
            {!chosen && <Icon of={ChevronDown} size={14} />}
          </>
        }
      >
        {() => children}
      </Popover>
      {chosen && (
        <button
          type="button"
          class="filter-clear"
          aria-label={`${label}: ${t().common.remove}`}
          onClick={clear}
        >
          <Icon of={X} size={14} />
        </button>
      )}
    </span>
  );
}

interface ChoicesProps<Value extends string> {
  label: string;
  values: readonly Value[];
  words: Record<Value, string>;
  chosen: Value[];
  onChange: (next: Value[]) => void;
}

// Several of a closed list, as check boxes.
export function Choices<Value extends string>(props: ChoicesProps<Value>) {
  const { label, values, words, chosen, onChange } = props;
  const toggle = (value: Value) =>
    onChange(chosen.includes(value) ? chosen.filter((v) => v !== value) : [...chosen, value]);
  return (
    <fieldset class="choices">
      <legend>{label}</legend>
      {values.map((value) => (
        <label key={value} class="choice">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={() => toggle(value)}
          />
          {words[value]}
        </label>
      ))}
    </fieldset>
  );
}
