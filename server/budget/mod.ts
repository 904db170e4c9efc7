/**
 * What connections may cost each other: purses that are spent and earned back, turns in which they are served, and the
 * memory that all share. It knows nothing of sockets, frames and chat; clock and loop are arguments.
 *
 * @module
 */

export { type Account, FREE } from "./account.ts";
export { Chores } from "./chores.ts";
export {
  ACCEPT_MS,
  ANSWER_MS_PER_BYTE,
  CALL_MS,
  DELIVERY_MS,
  LOOKED_AT_MS,
  STORE_READ_MS,
} from "./limits.ts";
export { bytesAllowed, dearest, type Lag, type Payer, Sum } from "./memory.ts";
export { Headroom } from "./headroom.ts";
export { Pool } from "./pool.ts";
export { Permits } from "./permits.ts";
export { Price, Telling } from "./price.ts";
export { ACCEPTING, type Cost, EARNINGS, type Earnings, earningsFor, Purse } from "./purse.ts";
export { type Loop, Turns } from "./turns.ts";
