// The address bar as a signal. Paths are matched against patterns.ts; what matches none is "absent".
import { computed, signal } from "@preact/signals";
import { pagePatterns, type PageName } from "./patterns.ts";

export interface Place {
  page: PageName | "absent";
  id: string;
  query: URLSearchParams;
}

export function matchPlace(path: string, search: string): Place {
  const parts = path.split("/").filter(Boolean);
  const query = new URLSearchParams(search);
  for (const [name, pattern] of Object.entries(pagePatterns)) {
    const wanted = pattern.split("/").filter(Boolean);
    if (wanted.length !== parts.length) continue;
    let id = "";
    const fits = wanted.every((segment, i) => {
      if (segment !== "{id}") return segment === parts[i];
      id = decodeURIComponent(parts[i] ?? "");
      return true;
    });
    if (fits) return { page: name as PageName, id, query };
  }
  return { page: "absent", id: "", query };
}

export function pathOf(page: PageName, id = "", query: Record<string, string> = {}): string {
  const path = pagePatterns[page].replace("{id}", encodeURIComponent(id));
  const filled = Object.entries(query).filter(([, value]) => value !== "");
  const search = new URLSearchParams(filled).toString();
  return search === "" ? path : `${path}?${search}`;
}

const address = signal(location.pathname + location.search);
export const place = computed(() => {
  const [path = "/", search = ""] = address.value.split("?");
  return matchPlace(path, search);
});

export function navigate(path: string, way: "push" | "replace" = "push"): void {
  if (path === address.value) return;
  if (way === "push") history.pushState(null, "", path);
  else history.replaceState(null, "", path);
  address.value = path;
}

// Takes clicks on links of the page itself, so that they change the screen without loading it anew.
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest("a");
  if (!link || link.origin !== location.origin || link.target || link.hasAttribute("download")) {
    return;
  }
  if (link.getAttribute("href")?.startsWith("#")) return;
  if (matchPlace(link.pathname, "").page === "absent") return;
  event.preventDefault();
  navigate(link.pathname + link.search);
}

export function startRouter(): void {
  addEventListener("popstate", () => {
    address.value = location.pathname + location.search;
  });
  document.addEventListener("click", followLinks);
}
