/**
 * Attributes that are macros: to a parser that expands none, `int __init foo(void)` declares `__init`.
 * (include/linux/compiler_types.h, compiler_attributes.h, cache.h, init.h)
 */
const ATTRIBUTES = [
  "__(?:init|exit|initdata|exitdata|initconst|meminit|ref|refdata|sched|cpuidle)",
  "__(?:iomem|user|kernel|rcu|percpu|force|bitwise|private|safe|nocast)",
  "__(?:maybe_unused|always_unused|used|must_check|cold|pure|weak|packed|visible|malloc|read_mostly|ro_after_init)",
  "__(?:randomize_layout|no_randomize_layout|always_inline)",
  "(?:__)?__cacheline_aligned(?:_in_smp)?",
  "__(?:acquires|releases|must_hold|cond_acquires|aligned|printf|scanf|counted_by|section)\\s*\\([^()\\n]*(?:\\([^()\\n]*\\)[^()\\n]*)*\\)",
  "noinline(?:_for_stack)?|asmlinkage|notrace",
  // So that what follows is a call like any other.
  "static(?=\\s+DEFINE_\\w+\\()",
];
const ATTRIBUTE = new RegExp(`(?<![\\w.>])(?:${ATTRIBUTES.join("|")})(?!\\w)`, "g");

/** The text with such attributes blanked out, every other character in its place. */
export function withoutAttributes(text: string): string {
  return text.replace(ATTRIBUTE, (attribute) => " ".repeat(attribute.length));
}

/** The macros that make functions of a trace event: which argument names it, and what is put before that name. */
export const EVENT_MACROS: ReadonlyMap<
  string,
  { readonly argument: number; readonly prefixes: readonly string[] }
> = new Map([
  ["TRACE_EVENT", { argument: 0, prefixes: ["trace_", "trace_event_raw_event_"] }],
  ["DECLARE_EVENT_CLASS", { argument: 0, prefixes: ["trace_event_raw_event_"] }],
  ["DEFINE_EVENT", { argument: 1, prefixes: ["trace_"] }],
]);
