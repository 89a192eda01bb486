import type { RuleName } from "../checks/rules.js";
import type { Page } from "./page.js";
import { callbackUnderLock } from "./pages/callback-under-lock.js";
import { declaredOrder } from "./pages/declared-order.js";
import { fenceWait } from "./pages/fence-wait.js";
import { irqInconsistent } from "./pages/irq-inconsistent.js";
import { irqInversion } from "./pages/irq-inversion.js";
import { lockOrder } from "./pages/lock-order.js";
import { missingLock } from "./pages/missing-lock.js";
import { noGracePeriod } from "./pages/no-grace-period.js";
import { selfDeadlock } from "./pages/self-deadlock.js";
import { unbalanced } from "./pages/unbalanced.js";
import { unprotectedReturn } from "./pages/unprotected-return.js";
import { waitContext } from "./pages/wait-context.js";

/** The page of every rule: a rule without one does not compile. */
export const PAGES: Readonly<Record<RuleName, Page>> = {
  "self-deadlock": selfDeadlock,
  "lock-order": lockOrder,
  "irq-inconsistent": irqInconsistent,
  "irq-inversion": irqInversion,
  "wait-context": waitContext,
  "fence-wait": fenceWait,
  "missing-lock": missingLock,
  "declared-order": declaredOrder,
  unbalanced,
  "unprotected-return": unprotectedReturn,
  "no-grace-period": noGracePeriod,
  "callback-under-lock": callbackUnderLock,
};
