/**
 * The limits that the options of `chat serve` mean. Pure.
 *
 * @module
 */

import type { Limits } from "../server/mod.ts";
import { type AddressFlags, addressLimits } from "./address_options.ts";
import { EXIT, Failure } from "./failure.ts";
import { type KeepingFlags, keepingLimits } from "./keeping_options.ts";
import { type QuotaFlags, quotaLimits } from "./quota_options.ts";

/** The values of these options. */
export interface LimitFlags extends AddressFlags, KeepingFlags, QuotaFlags {
  readonly rate: number;
  readonly maxConnections?: number | undefined;
  readonly memory?: number | undefined;
  readonly maxFrame: number;
  readonly maxFile?: number | undefined;
}

/**
 * The limits.
 *
 * @param fit How many connections there is room for.
 * @throws {Failure} When more are wanted.
 */
export function limitsOf(flags: LimitFlags, fit: number): Partial<Limits> {
  return {
    ...addressLimits(flags),
    ...quotaLimits(flags),
    ...keepingLimits(flags),
    frameBytesMax: flags.maxFrame,
    fileBytesMax: flags.maxFile ?? Number.MAX_SAFE_INTEGER,
    messagesPerSecond: flags.rate,
    messagesBurst: Math.max(1, flags.rate * 2),
    connectionsMax: placesOf(flags, fit),
    ...(flags.memory === undefined ? {} : { memoryBytesMax: flags.memory }),
  };
}

/** How many connections to take. @throws {Failure} When more are wanted than the files that may be open leave. */
function placesOf({ maxConnections }: LimitFlags, fit: number): number {
  if (maxConnections === undefined || maxConnections <= fit) return maxConnections ?? fit;
  const why = `with the files that this process may open there is room for ${fit} (see ulimit -n)`;
  throw new Failure(`--max-connections ${maxConnections} are too many: ${why}.`, EXIT.usage);
}
