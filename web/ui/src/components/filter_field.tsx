// A field that narrows the list below it while somebody types.
import { useEffect, useRef, useState } from "preact/hooks";
import { SearchBox } from "./search_box.tsx";

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
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => {
    const timer = setTimeout(() => tell(wanted), typingMs);
    return () => clearTimeout(timer);
  }, [wanted]);
  return (
    <SearchBox
      label={label}
      typed={typed}
      onType={setTyped}
      onClear={() => {
        setTyped("");
        tell("");
      }}
      onEnter={() => (wanted === told.current ? onEnter?.() : tell(wanted))}
    />
  );
}
