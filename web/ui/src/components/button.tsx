import type { ComponentChildren, TargetedMouseEvent } from "preact";
import { Icon, type LucideIcon } from "./icon.tsx";

interface ButtonProps {
  // "danger": what cannot be taken back.
  kind?: "primary" | "plain" | "ghost" | "danger";
  icon?: LucideIcon;
  type?: "button" | "submit";
  disabled?: boolean;
  // The key that does the same, shown in the button.
  hint?: string;
  onClick?: (event: TargetedMouseEvent<HTMLButtonElement>) => void;
  children: ComponentChildren;
}

export function Button({ kind = "plain", icon, type = "button", hint, ...rest }: ButtonProps) {
  const { children, ...attributes } = rest;
  return (
    <button type={type} class={`button ${kind}`} {...attributes}>
      {icon && <Icon of={icon} size={16} />}
      <span>{children}</span>
      {hint && <kbd>{hint}</kbd>}
    </button>
  );
}

interface IconButtonProps {
  icon: LucideIcon;
  label: string;
  disabled?: boolean;
  onClick: (event: TargetedMouseEvent<HTMLButtonElement>) => void;
}

export function IconButton({ icon, label, disabled = false, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon of={icon} />
    </button>
  );
}
