import { describe, expect, it } from "vitest";
import { explore, replay, type Step, type Thread } from "./scheduler.js";

const take = (lock: string, mode: "write" | "read" | "recursive-read" = "write"): Step => ({
  take: lock,
  mode,
});
const release = (lock: string): Step => ({ release: lock });
const nested = (...locks: string[]): Thread => [
  ...locks.map((lock) => take(lock)),
  ...locks.reverse().map(release),
];

describe("the scheduler of the property tests", () => {
  it("finds two threads that take two locks in opposite orders", () => {
    expect(explore([nested("A", "B"), nested("B", "A")])).toEqual([
      { thread: 0, step: 1 },
      { thread: 1, step: 1 },
    ]);
    expect(explore([nested("A", "B"), nested("A", "B")])).toBeUndefined();
  });

  it("finds a thread that takes a lock that it holds", () => {
    expect(explore([[take("A"), take("A")]])).toEqual([{ thread: 0, step: 1 }]);
  });

  it("lets nobody get stuck under a common lock", () => {
    expect(explore([nested("G", "A", "B"), nested("G", "B", "A")])).toBeUndefined();
  });

  it("lets readers share, but has them wait behind a writer that waits already", () => {
    const twice: Thread = [take("A", "read"), take("A", "read"), release("A"), release("A")];
    expect(explore([twice])).toBeUndefined();
    expect(explore([twice, nested("A")])).toEqual([
      { thread: 0, step: 1 },
      { thread: 1, step: 0 },
    ]);
  });

  it("lets a recursive reader past a writer that waits", () => {
    const twice: Thread = [take("A", "read"), take("A", "recursive-read"), release("A"), release("A")];
    expect(explore([twice, nested("A")])).toBeUndefined();
  });

  it("has a thread that only tries give up", () => {
    const tries: Thread = [take("B"), { take: "A", mode: "write", try: true }, release("A"), release("B")];
    expect(explore([nested("A", "B"), tries])).toBeUndefined();
  });

  it("plays a schedule back", () => {
    const threads = [nested("A", "B"), nested("B", "A")];
    const first = { thread: 0, through: 0 };
    expect(replay(threads, [first, { thread: 1, through: 0 }])).toHaveLength(2);
    expect(replay(threads, [{ thread: 0, through: 3 }])).toEqual([]);
  });
});
