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

/** The text without what stands in a parser's way: blanked out, every other character in its place. */
export function plainC(text: string): string {
  return withoutConditions(text).replace(ATTRIBUTE, blank);
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

/**
 * Without the lines of #if to #endif: both branches are read, since what one configuration leaves out another has.
 * Only what `#if 0` leaves out is left out.
 */
function withoutConditions(text: string): string {
  let depth = 0;
  let dead: number | undefined;
  let continued = false;
  const lines = text.split("\n").map((line) => {
    const [, word, rest = ""] = /^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif)\b(.*)/.exec(line) ?? [];
    const blanked = word !== undefined || continued || dead !== undefined;
    continued = (word !== undefined || continued) && line.endsWith("\\");
    if (word?.startsWith("if")) {
      depth++;
      if (word === "if" && /^[ \t]+0\b/.test(rest)) dead ??= depth;
    } else if (word !== undefined) {
      if (dead === depth) dead = undefined;
      if (word === "endif") depth--;
    }
    return blanked ? blank(line) : line;
  });
  return lines.join("\n");
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
