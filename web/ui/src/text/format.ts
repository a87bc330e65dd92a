// Dates, sizes and names as people here write them; moments by the town's clock.
import { addDays, dayOf, townZone } from "./days.ts";
import { language, t } from "./messages.ts";
import type { Appraisal, Retention } from "../api/types.ts";

const locale = () => (language.value === "de" ? "de-DE" : "en-GB");

// "2026-11-30" is a day and no moment: at noon by Greenwich it is that day in the town too.
function toDate(text: string): Date {
  return new Date(text.length === 10 ? `${text}T12:00:00Z` : text);
}

const write = (date: Date, format: Intl.DateTimeFormatOptions): string =>
  date.toLocaleString(locale(), { ...format, timeZone: townZone });

export function formatDate(text: string | undefined): string {
  if (!text) return "";
  return write(toDate(text), { day: "2-digit", month: "2-digit", year: "numeric" });
}

export const formatNumber = (number: number): string => number.toLocaleString(locale());

export function formatTime(text: string): string {
  return write(toDate(text), { dateStyle: "medium", timeStyle: "short" });
}

// "heute 08:42", "gestern", "Fr, 20.11."; the year where it is another.
export function formatNear(text: string, now = new Date()): string {
  const date = toDate(text);
  const [day, today] = [dayOf(date), dayOf(now)];
  if (day === today) {
    if (text.length === 10) return t().common.today;
    return `${t().common.today} ${write(date, { hour: "2-digit", minute: "2-digit" })}`;
  }
  if (day === addDays(today, -1)) return t().common.yesterday;
  if (day.slice(0, 4) !== today.slice(0, 4)) return formatDate(text);
  const weekday = write(date, { weekday: "short" }).replace(".", "");
  return `${weekday}, ${write(date, { day: "2-digit", month: "2-digit" })}`;
}

export function formatToday(now = new Date()): string {
  return write(now, { weekday: "long", day: "numeric", month: "long" });
}

export function formatMonth(text: string): string {
  return write(toDate(text), { month: "2-digit", year: "numeric" });
}

export function formatSize(bytes: number): string {
  const units = ["Byte", "KB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  return `${value.toLocaleString(locale(), { maximumFractionDigits: digits })} ${units[unit]}`;
}

// From exact decimal text, so that no cent is lost; as many decimals as it has, and no fewer than the
// currency does.
export function formatAmount(amount: string, currency: string): string {
  const style = { style: "currency", currency } as const;
  const usual = new Intl.NumberFormat(locale(), style).resolvedOptions().maximumFractionDigits ?? 2;
  const decimals = amount.split(".")[1]?.length ?? 0;
  return new Intl.NumberFormat(locale(), {
    ...style,
    maximumFractionDigits: Math.max(usual, decimals),
  }).format(amount as `${number}`);
}

export function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map((word) => word?.[0]?.toUpperCase() ?? "").join("");
}

export function retentionText(
  retention: Retention | undefined,
  appraisal: Appraisal | undefined,
): string {
  const parts: string[] = [];
  if (retention?.permanent) parts.push(t().retention.permanent);
  else if (retention?.years) parts.push(t().retention.years(retention.years));
  if (appraisal && parts.length > 0) parts.push(t().appraisals[appraisal]);
  return parts.join(", ");
}

const kinds: [RegExp, string][] = [
  [/pdf/, "PDF"],
  [/wordprocessing|msword/, "DOCX"],
  [/opendocument\.text/, "ODT"],
  [/spreadsheet|ms-excel|csv/, "XLS"],
  [/presentation|powerpoint/, "PPT"],
  [/rfc822|outlook/, "MAIL"],
  [/^image\//, "BILD"],
  [/xml/, "XML"],
  [/dwg|dxf|acad/, "DWG"],
  [/zip|compressed/, "ZIP"],
  [/^text\//, "TXT"],
];

// The few letters on a document's badge.
export function fileKind(mimeType: string): string {
  return kinds.find(([pattern]) => pattern.test(mimeType))?.[1] ?? "DATEI";
}

// "2026-11-18_Bescheid_Weber.pdf" → "2026-11-18 Bescheid Weber": a beginning for the subject.
// Whose subject, sender and date the server reads out of the file.
export const isMailFile = (fileName: string): boolean => /\.(eml|msg)$/i.test(fileName);

export function subjectFromName(fileName: string): string {
  const stem = fileName.replace(/\.[A-Za-z0-9]{1,5}$/, "");
  return stem.replace(/[_\s]+/g, " ").trim() || fileName;
}

// "Petra Ackerlund, Mühlweg 4, 79999 Musterbach" → "Petra Ackerlund": enough for a list.
export const nameOfParty = (party: string): string => party.split(",")[0]?.trim() ?? "";
