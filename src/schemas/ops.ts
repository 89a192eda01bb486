import type { Op } from "../manifest/words.js";

/** What each op is for, for editors (include/linux/dma-fence.h, struct dma_fence_ops). */
const DESCRIPTIONS: Readonly<Record<Op, string>> = {
  get_driver_name: "The driver's name; called for tracing and debugfs, and by sync_file",
  get_timeline_name: "The name of the context; called for tracing and debugfs, and by sync_file",
  enable_signaling: "Arms what will signal the fence; called with the fence lock held up to 7.1",
  signaled: "Polls whether the fence has signalled; called with and without the fence lock",
  check_signaled: "The successor of signaled in the series of 2026-06-24: signals the fence by itself",
  wait: "Sleeps until the fence has signalled; deprecated",
  release: "Frees the fence; called in any context, under whatever the one that puts it holds",
  fence_value_str: "The fence's value, for debugfs; gone since 7.0",
  timeline_value_str: "The context's value, for debugfs; gone since 7.0",
  set_deadline: "A hint by when the fence is wanted; called without the fence lock, in any context",
};

export const opDescriptions: Readonly<Record<string, string | undefined>> = DESCRIPTIONS;
