import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Failure } from "../api/failure.ts";
import { PagedList } from "./paged.ts";
import { useResource } from "./resource.ts";
import { useTypedAnswer } from "./typed_answer.ts";

const recovering = () => Promise.reject(new Failure("problem", 503, { title: "Wird geöffnet" }));
const refused = () => Promise.reject(new Failure("problem", 404, { title: "Nicht gefunden" }));

beforeEach(() => vi.useFakeTimers());

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function Shown({ load }: { load: () => Promise<string> }) {
  const { value, failure, reload } = useResource("a", load);
  return (
    <p>
      {value} {failure?.headline}
      <button type="button" onClick={reload} />
    </p>
  );
}

const reload = () => screen.getByRole("button").click();

const text = () => screen.getByText(/.*/, { selector: "p" }).textContent?.trim();
// Long enough for effects, and not for asking again.
const settle = () => vi.advanceTimersByTimeAsync(200);

it("keeps what is shown while the server cannot, and shows what comes then", async () => {
  const load = vi.fn(() => Promise.resolve("first"));
  render(<Shown load={load} />);
  await settle();
  load.mockImplementation(recovering);
  reload();
  await settle();
  expect(text()).toBe("first");
  await vi.advanceTimersByTimeAsync(2200);
  expect(text()).toBe("first");
  load.mockImplementation(() => Promise.resolve("second"));
  await vi.advanceTimersByTimeAsync(2200);
  expect(text()).toBe("second");
  expect(load).toHaveBeenCalledTimes(4);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(load).toHaveBeenCalledTimes(4);
});

it("says that the server cannot where there was nothing yet, and goes on by itself", async () => {
  const load = vi.fn(recovering);
  render(<Shown load={load} />);
  await settle();
  expect(text()).toBe("Wird geöffnet");
  load.mockImplementation(() => Promise.resolve("first") as never);
  await vi.advanceTimersByTimeAsync(2200);
  expect(text()).toBe("first");
});

it("does not ask again for what is not there", async () => {
  const load = vi.fn(() => Promise.resolve("first"));
  render(<Shown load={load} />);
  await settle();
  load.mockImplementation(refused);
  reload();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(text()).toBe("Nicht gefunden");
  expect(load).toHaveBeenCalledTimes(2);
});

it("does not ask while nobody looks, but as soon as somebody does", async () => {
  const load = vi.fn(recovering);
  render(<Shown load={load} />);
  await settle();
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(load).toHaveBeenCalledTimes(1);
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event("visibilitychange"));
  await settle();
  expect(load).toHaveBeenCalledTimes(2);
});

it("does not ask for what nobody shows any more", async () => {
  const load = vi.fn(recovering);
  const { unmount } = render(<Shown load={load} />);
  await settle();
  unmount();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(load).toHaveBeenCalledTimes(1);
});

it("reads a long list again once the server can", async () => {
  const load = vi.fn(() => Promise.resolve({ items: [1, 2, 3] }));
  const list = new PagedList<number>(load, () => undefined);
  list.want(1);
  await settle();
  load.mockImplementation(recovering);
  list.refresh();
  await settle();
  expect([list.items.length, list.failure]).toEqual([3, undefined]);
  load.mockImplementation(() => Promise.resolve({ items: [1, 2, 3, 4] }));
  await vi.advanceTimersByTimeAsync(2200);
  expect(list.items.length).toBe(4);
});

it("begins a long list again once the server can, and not after it was left", async () => {
  const load = vi.fn(recovering as () => Promise<{ items: number[] }>);
  const list = new PagedList<number>(load, () => undefined);
  const left = new PagedList<number>(load, () => undefined);
  list.want(1);
  left.want(1);
  await settle();
  expect(list.failure?.status).toBe(503);
  left.stop();
  load.mockImplementation(() => Promise.resolve({ items: [1] }));
  await vi.advanceTimersByTimeAsync(2200);
  expect([list.items.length, list.failure]).toEqual([1, undefined]);
  expect(load).toHaveBeenCalledTimes(3);
});

function Typed({ typed, find }: { typed: string; find: (typed: string) => Promise<string> }) {
  return <p>{useTypedAnswer(typed, find)}</p>;
}

it("asks again for what is typed until the server can answer", async () => {
  const find = vi.fn((typed: string) => Promise.resolve(`${typed}?`));
  find.mockImplementationOnce(recovering);
  const { rerender } = render(<Typed typed="wi" find={find} />);
  await vi.advanceTimersByTimeAsync(50);
  rerender(<Typed typed="wider" find={find} />);
  await vi.advanceTimersByTimeAsync(150);
  expect(text()).toBe("");
  await vi.advanceTimersByTimeAsync(2200);
  expect(text()).toBe("wider?");
  expect(find.mock.calls.map(([typed]) => typed)).toEqual(["wider", "wider"]);
  rerender(<Typed typed="" find={find} />);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(text()).toBe("");
  expect(find).toHaveBeenCalledTimes(2);
});
