// A field to search in: "/" leads to it, Escape and × empty it.
import { Search, X } from "lucide-preact";
import { useId, useRef } from "preact/hooks";
import { useKeys } from "../state/keys.ts";
import { t } from "../text/messages.ts";
import { IconButton } from "./button.tsx";
import { Icon } from "./icon.tsx";

interface SearchBoxProps {
  label: string;
  typed: string;
  onType: (typed: string) => void;
  onClear: () => void;
  onEnter?: () => void;
}

export function SearchBox({ label, typed, onType, onClear, onEnter }: SearchBoxProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => input.current?.focus() });
  const clear = () => {
    onClear();
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && typed !== "") {
      event.preventDefault();
      clear();
    } else if (event.key === "Enter") {
      onEnter?.();
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
        onInput={(event) => onType(event.currentTarget.value)}
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
