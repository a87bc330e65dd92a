// Days as the calendar has them ("2026-11-30"), without times and zones.

const two = (n: number) => String(n).padStart(2, "0");

export const dayOf = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

export const today = (): string => dayOf(new Date());

const atNoon = (day: string) => new Date(`${day}T12:00:00Z`).getTime();

// Negative for days that are over.
export const daysBetween = (from: string, to: string): number =>
  Math.round((atNoon(to) - atNoon(from)) / 86_400_000);

export function addDays(day: string, count: number): string {
  return new Date(atNoon(day) + count * 86_400_000).toISOString().slice(0, 10);
}

// The Sunday of its week.
export function endOfWeek(day: string): string {
  const weekday = new Date(atNoon(day)).getUTCDay();
  return addDays(day, weekday === 0 ? 0 : 7 - weekday);
}
