// Whether somebody sits before the page. What it reads by itself, to show what others change, must not
// keep a session alive that its user has left.
const latelyMs = 60_000;
const touches = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"] as const;

let touchedAt = Date.now();

for (const touch of touches) {
  addEventListener(touch, () => (touchedAt = Date.now()), { capture: true, passive: true });
}

export const isAttended = (): boolean => Date.now() - touchedAt < latelyMs;
