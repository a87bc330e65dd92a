// Form fields: a real label, an error tied to the field, the value never lost.
import { Upload } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { t } from "../text/messages.ts";
import { Icon } from "./icon.tsx";

interface FieldProps {
  label: string;
  error?: string | undefined;
  optional?: boolean;
  // Says more of what stands in it.
  hint?: string | undefined;
  onFocus?: (() => void) | undefined;
}

interface FrameProps extends FieldProps {
  id: string;
  children: ComponentChildren;
}

function FieldError({ id, error }: { id: string; error: string | undefined }) {
  if (!error) return null;
  return (
    <p id={`${id}-error`} class="field-error" role="alert">
      {error}
    </p>
  );
}

export function Frame({ id, label, error, optional, hint, children }: FrameProps) {
  return (
    <div class="field">
      <label for={id}>
        {label}
        {optional && <span class="optional"> ({t().common.optional})</span>}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} class="field-hint">
          {hint}
        </p>
      )}
      <FieldError id={id} error={error} />
    </div>
  );
}

// Ties a field to its hint and its error.
export function tied(id: string, error: string | undefined, hint?: string) {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return {
    ...(error ? ({ "aria-invalid": "true" } as const) : {}),
    ...(described ? { "aria-describedby": described } : {}),
  };
}

interface TextFieldProps extends FieldProps {
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "password" | "date" | "search";
  autocomplete?: "username" | "current-password";
  focus?: boolean;
}

export function TextField(props: TextFieldProps) {
  const id = useId();
  const { label, error, optional = false, hint, value, onInput, type = "text", focus } = props;
  return (
    <Frame id={id} label={label} error={error} optional={optional} hint={hint}>
      <input
        id={id}
        class="input"
        {...({ type } as { type: "text" })}
        value={value}
        autocomplete={props.autocomplete ?? "off"}
        data-autofocus={focus || undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
        onFocus={props.onFocus}
        {...tied(id, error, hint)}
      />
    </Frame>
  );
}

interface AreaProps extends FieldProps {
  value: string;
  onInput: (value: string) => void;
  rows?: number;
  focus?: boolean;
}

export function TextArea(props: AreaProps) {
  const id = useId();
  const { label, error, optional = false, value, onInput, rows = 2, focus } = props;
  return (
    <Frame id={id} label={label} error={error} optional={optional}>
      <textarea
        id={id}
        class="input"
        rows={rows}
        data-autofocus={focus || undefined}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        {...tied(id, error)}
      />
    </Frame>
  );
}

interface SelectProps<Value extends string> extends FieldProps {
  value: Value;
  options: { value: Value; label: string }[];
  onChange: (value: Value) => void;
  focus?: boolean;
}

export function SelectField<Value extends string>(props: SelectProps<Value>) {
  const id = useId();
  const { label, error, optional = false, hint, value, options, onChange, focus } = props;
  return (
    <Frame id={id} label={label} error={error} optional={optional} hint={hint}>
      <select
        id={id}
        class="input select"
        value={value}
        data-autofocus={focus || undefined}
        onChange={(event) => onChange(event.currentTarget.value as Value)}
        onFocus={props.onFocus}
        {...tied(id, error, hint)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

// The options of a closed list of words, in its order.
export function optionsOf<Value extends string>(
  values: readonly Value[],
  words: Record<Value, string>,
): { value: Value; label: string }[] {
  return values.map((value) => ({ value, label: words[value] }));
}

interface FileFieldProps extends FieldProps {
  multiple?: boolean;
  focus?: boolean;
  // What was chosen, where nothing else shows it.
  chosen?: string | undefined;
  onFiles: (files: File[]) => void;
}

// The browser's own field speaks the browser's language; this one looks like a button of ours.
export function FileField(props: FileFieldProps) {
  const { label, error, multiple = false, focus = false, chosen, onFiles } = props;
  const id = useId();
  return (
    <div class="field">
      <label class="button plain file-button">
        <Icon of={Upload} size={16} />
        <span>{label}</span>
        <input
          class="hidden-text"
          type="file"
          multiple={multiple}
          data-autofocus={focus || undefined}
          onChange={(event) => onFiles([...(event.currentTarget.files ?? [])])}
          {...tied(id, error)}
        />
      </label>
      {chosen && <p class="meta">{chosen}</p>}
      <FieldError id={id} error={error} />
    </div>
  );
}
