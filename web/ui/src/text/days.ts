// Days as the calendar has them ("2026-11-30"), without times and zones. A moment falls on the day it has
// in the town, wherever the browser is: the server counts days the same way (dms/local_date.h).

export const townZone = "Europe/Berlin";

// Sweden writes days as ISO 8601 does.
const isoDay = new Intl.DateTimeFormat("sv-SE", { timeZone: townZone });

export const dayOf = (moment: Date): string => isoDay.format(moment);

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
