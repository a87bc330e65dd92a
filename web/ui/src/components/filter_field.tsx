// A field that narrows the list below it while somebody types. "/" leads to it, Escape and ×
// empty it.
import { Search, X } from "lucide-preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useKeys } from "../state/keys.ts";
import { t } from "../text/messages.ts";
import { IconButton } from "./button.tsx";
import { Icon } from "./icon.tsx";

interface FilterFieldProps {
  label: string;
  // What the list is narrowed by.
  value: string;
  // Told after a pause in typing, without the spaces around it.
  onChange: (value: string) => void;
  // Enter, where nothing is left to be told.
  onEnter?: () => void;
}

const typingMs = 250;

export function FilterField({ label, value, onChange, onEnter }: FilterFieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(value);
  // What was told or came last: what comes from elsewhere takes the place of what was typed.
  const told = useRef(value);
  const latest = useRef(onChange);
  latest.current = onChange;
  const wanted = typed.trim();
  const tell = (next: string) => {
    if (next === told.current) return;
    told.current = next;
    latest.current(next);
  };
  useKeys({ "/": () => input.current?.focus() });
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => {
    const timer = setTimeout(() => tell(wanted), typingMs);
    return () => clearTimeout(timer);
  }, [wanted]);
  const clear = () => {
    setTyped("");
    tell("");
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && typed !== "") {
      event.preventDefault();
      clear();
    } else if (event.key === "Enter") {
      if (wanted === told.current) onEnter?.();
      else tell(wanted);
    }
  };
  return (
    <div class="search-box">
      <Icon of={Search} size={16} />
      <label class="hidden-text" for={id}>
        {label}
      </label>
      <input
        id={id}
        ref={input}
        type="search"
        placeholder={label}
        autocomplete="off"
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {typed === "" ? (
        <kbd>/</kbd>
      ) : (
        <IconButton icon={X} label={t().common.clear} onClick={clear} />
      )}
    </div>
  );
}
