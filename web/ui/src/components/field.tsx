// Form fields: a real label, an error tied to the field, the value never lost.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { t } from "../text/messages.ts";

interface FieldProps {
  label: string;
  error?: string | undefined;
  optional?: boolean;
}

interface FrameProps extends FieldProps {
  id: string;
  children: ComponentChildren;
}

function Frame({ id, label, error, optional, children }: FrameProps) {
  return (
    <div class="field">
      <label for={id}>
        {label}
        {optional && <span class="optional"> ({t().common.optional})</span>}
      </label>
      {children}
      {error && (
        <p id={`${id}-error`} class="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

const tied = (id: string, error: string | undefined) =>
  error
    ? ({ "aria-invalid": "true", "aria-describedby": `${id}-error` } as const)
    : {};

interface TextFieldProps extends FieldProps {
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "password" | "date" | "search";
  autocomplete?: "username" | "current-password";
  focus?: boolean;
}

export function TextField(props: TextFieldProps) {
  const id = useId();
  const { label, error, optional = false, value, onInput, type = "text", focus } = props;
  return (
    <Frame id={id} label={label} error={error} optional={optional}>
      <input
        id={id}
        class="input"
        {...({ type } as { type: "text" })}
        value={value}
        autocomplete={props.autocomplete ?? "off"}
        data-autofocus={focus || undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
        {...tied(id, error)}
      />
    </Frame>
  );
}

interface AreaProps extends FieldProps {
  value: string;
  onInput: (value: string) => void;
  rows?: number;
}

export function TextArea({ label, error, optional = false, value, onInput, rows = 2 }: AreaProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} error={error} optional={optional}>
      <textarea
        id={id}
        class="input"
        rows={rows}
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
}

export function SelectField<Value extends string>(props: SelectProps<Value>) {
  const id = useId();
  const { label, error, optional = false, value, options, onChange } = props;
  return (
    <Frame id={id} label={label} error={error} optional={optional}>
      <select
        id={id}
        class="input select"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value as Value)}
        {...tied(id, error)}
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
  onFiles: (files: File[]) => void;
}

export function FileField({ label, error, multiple = false, onFiles }: FileFieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} error={error}>
      <input
        id={id}
        class="input file"
        type="file"
        multiple={multiple}
        onChange={(event) => onFiles([...(event.currentTarget.files ?? [])])}
        {...tied(id, error)}
      />
    </Frame>
  );
}
