// Small settings on this device. Where the browser keeps nothing (private windows), they last as
// long as the page.
const memory = new Map<string, string>();
const prefix = "aktenwerk.";

export const stored = {
  read<Value>(name: string): Value | undefined {
    let text: string | null | undefined;
    try {
      text = localStorage.getItem(prefix + name);
    } catch {
      text = memory.get(name);
    }
    if (!text) return undefined;
    try {
      return JSON.parse(text) as Value;
    } catch {
      return undefined;
    }
  },
  write(name: string, value: unknown): void {
    const text = JSON.stringify(value);
    memory.set(name, text);
    try {
      localStorage.setItem(prefix + name, text);
    } catch {
      // Kept in memory alone.
    }
  },
};
