/**
 * What all sessions of a server share.
 *
 * @module
 */

import type { Headroom } from "../budget/mod.ts";
import type { ServerEvent } from "../events.ts";
import type { Counters } from "../figures/counters.ts";
import type { Limits } from "../limits.ts";
import type { ServerBans } from "../order/server_bans.ts";
import type { World } from "../perform.ts";
import type { Rates } from "./too_early.ts";
import type { Wakeups } from "../rooms/wakeups.ts";

/** What all sessions of a server share. */
export interface SessionParts {
  readonly world: World;
  readonly wakeups: Wakeups;
  readonly limits: Limits;
  /** What may come of what is not whole yet. */
  readonly headroom: Headroom;
  readonly rates: Rates;
  readonly counters: Counters;
  /** Who is banned on the whole server. */
  readonly bans: ServerBans;
  /** Who knows it is an operator; without one, nobody is. */
  readonly operatorToken: string | undefined;
  /** Whether passwords are taken in the clear. */
  readonly takesSecretsInTheClear: boolean;
  readonly onEvent: (event: ServerEvent) => void;
}
