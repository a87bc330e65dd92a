// Light or dark: the user's choice, else the device's.
import { computed, effect, signal } from "@preact/signals";
import { stored } from "./stored.ts";

export type ThemeChoice = "light" | "dark" | "system";

const device = matchMedia("(prefers-color-scheme: dark)");
const deviceDark = signal(device.matches);
device.addEventListener("change", (event) => {
  deviceDark.value = event.matches;
});

export const themeChoice = signal<ThemeChoice>(stored.read<ThemeChoice>("theme") ?? "system");
export const theme = computed(() => {
  if (themeChoice.value !== "system") return themeChoice.value;
  return deviceDark.value ? "dark" : "light";
});

export function chooseTheme(choice: ThemeChoice): void {
  themeChoice.value = choice;
  stored.write("theme", choice);
}

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
});
