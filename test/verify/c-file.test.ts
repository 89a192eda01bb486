import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { loadCParser } from "../../src/verify/c-parser.js";
import { releasesLock, takesLock } from "../../src/verify/lock-calls.js";

const grammar = readFileSync(createRequire(import.meta.url).resolve("tree-sitter-c/tree-sitter-c.wasm"));
const parse = await loadCParser(grammar);

const CODE = `int __init started(struct ring *ring) __must_hold(&ring->lock)
{
	ring->ops->kick(ring, /* why */ &ring->lock);
	if (!spin_trylock(&ring->lock))
		return 0; /* spin_lock(&ring->lock); */
	return 1;
}

#define ring_lock(ring) do { \\
	mutex_lock(&(ring)->mutex); \\
} while (0)

static wait_queue_head_t queues[4] __cacheline_aligned;
static DEFINE_MUTEX(plain);
DEFINE_XARRAY_FLAGS(numbers, FLAG_A | FLAG_B);

static const struct dma_fence_ops ops = {
#ifdef CONFIG_X
	.release = release_x,
#else
	.release = (void *)release_y,
#endif
	.wait = NULL,
};

#if 0
static void dead(void)
{
	mutex_lock(&plain);
}
#elif IS_ENABLED(CONFIG_X) && \\
	IS_ENABLED(CONFIG_Y)
static void alive(void)
{
	mutex_lock(&plain);
}
#endif
`;

describe("a C file of the kernel", () => {
  const file = parse(CODE);

  it("defines functions, with or without attributes, and macros", () => {
    expect(file.definitions().map(({ name, line, end }) => [name, line, end])).toEqual([
      ["started", 1, 7],
      ["ring_lock", 9, 12],
      ["alive", 33, 36],
    ]);
  });

  it("calls by name and through pointers, and in macros' bodies", () => {
    expect(file.calls(3, 3)).toMatchObject([{ callee: "ring->ops->kick", args: ["ring", "&ring->lock"] }]);
    expect(file.calls(10, 10)).toMatchObject([{ callee: "mutex_lock", args: ["&(ring)->mutex"], start: 10 }]);
    expect(file.calls(5, 5)).toEqual([]);
  });

  it("declares variables, also by macros and with attributes", () => {
    expect(file.declarations(13, 15).map(({ name, line }) => [name, line])).toEqual(
      expect.arrayContaining([
        ["queues", 13],
        ["plain", 14],
        ["numbers", 15],
      ]),
    );
  });

  it("sets ops in tables, each way that the configuration may go", () => {
    expect(file.tables()).toMatchObject([
      {
        name: "ops",
        line: 17,
        ops: [
          { op: "release", function: "release_x", line: 19 },
          { op: "release", function: "release_y", line: 21 },
          { op: "wait", function: undefined, line: 23 },
        ],
      },
    ]);
  });

  it("has no code under #if 0", () => {
    expect(file.calls(29, 29)).toEqual([]);
    expect(file.hasCode(29, "mutex_lock")).toBe(false);
    expect(file.hasCode(35, "mutex_lock")).toBe(true);
  });

  it("tells code from comments", () => {
    expect(file.hasCode(5, "return 0")).toBe(true);
    expect(file.hasCode(5, "spin_lock")).toBe(false);
    expect(file.hasText(5, "spin_lock")).toBe(true);
    expect(file.hasCode(8)).toBe(false);
  });

  it("answers for what is around a line without the rest", () => {
    const around = file.around(4);
    expect(around.partial).toBe(true);
    expect(around.calls(4, 4)).toEqual(file.calls(4, 4));
    expect(around.tables()).toEqual([]);
  });
});

describe("names of calls", () => {
  it.each([
    "spin_lock_irqsave",
    "mutex_trylock",
    "down_read",
    "ww_mutex_lock_interruptible",
    "guard(mutex)",
    "rcu_read_lock",
    "lock_map_acquire",
    "drm_modeset_lock",
    "atomic_dec_and_lock",
    "wake_up_all",
  ])("%s takes a lock", (callee) => {
    expect(takesLock(callee)).toBe(true);
    expect(releasesLock(callee)).toBe(false);
  });

  it.each(["spin_unlock_irqrestore", "mutex_unlock", "up_write", "lock_map_release"])(
    "%s releases one",
    (callee) => {
      expect(releasesLock(callee)).toBe(true);
      expect(takesLock(callee)).toBe(false);
    },
  );

  it.each(["kfree", "clk_set_clock", "lock->ops->kick", "dma_fence_signal"])("%s does neither", (callee) => {
    expect([takesLock(callee), releasesLock(callee)]).toEqual([false, false]);
  });
});
