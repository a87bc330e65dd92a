// Whether there is room for one pane only, as in narrow.css: rows are taller there, for fingers.
import { signal } from "@preact/signals";

const query = matchMedia("(max-width: 899px)");
export const narrow = signal(query.matches);
query.addEventListener("change", (event) => {
  narrow.value = event.matches;
});
