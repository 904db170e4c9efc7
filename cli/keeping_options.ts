/**
 * What a server keeps and for how long, as options of `chat serve`, and the store that they mean.
 *
 * @module
 */

import type { Limits, MessageStore, ServerEvent } from "../server/mod.ts";
import { EXIT, Failure } from "./failure.ts";

/** The values of these options. */
export interface KeepingFlags {
  readonly durability: "durable" | "os" | "none";
  readonly data: string;
  readonly anonymous: boolean;
  readonly retain?: number | undefined;
  readonly maxStore?: number | undefined;
  readonly changeWithin?: number | undefined;
}

/** The limits that the options mean. */
export function keepingLimits({ changeWithin }: KeepingFlags): Partial<Limits> {
  return { changeMsMax: changeWithin ?? Infinity };
}

/** @throws {Failure} When it is said how much to keep of messages that are not kept on disk. */
export function refuseKeepingNothing(flags: KeepingFlags): void {
  const { anonymous, durability, retain, maxStore } = flags;
  if (!anonymous && durability !== "none" || (retain ?? maxStore) === undefined) return;
  const why = anonymous ? "--anonymous stores nothing" : "--durability none stores nothing on disk";
  throw new Failure(`--retain and --max-store are about the store, and ${why}.`, EXIT.usage);
}

/** Opens the store, or says in one sentence why that cannot be. */
export async function openData(
  { data: directory, retain, maxStore }: KeepingFlags,
  durability: "durable" | "os",
  onEvent: (event: ServerEvent) => void,
): Promise<MessageStore> {
  const { durableStore } = await import("../server/mod.ts");
  const { storeFailure } = await import("./store_failure.ts");
  try {
    return await durableStore(directory, {
      durability,
      retainMs: retain,
      bytesMax: maxStore,
      onForgotten: (forgotten) => onEvent({ kind: "forgotten", ...forgotten }),
      onClockAhead: (aheadMs) => onEvent({ kind: "clock_ahead", aheadMs }),
      onTrouble: (error) => onEvent({ kind: "storage_trouble", error }),
    });
  } catch (error) {
    throw storeFailure(error, directory);
  }
}
