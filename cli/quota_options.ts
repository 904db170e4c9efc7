/**
 * What the server keeps of one user or address in a day, as options of `chat serve`.
 *
 * @module
 */

import type { QuotaLimits } from "../server/mod.ts";

/** The values of these options. */
export interface QuotaFlags {
  readonly userBytes: number;
  readonly userRooms: number;
  readonly userPairs: number;
  readonly addressBytes: number;
  readonly addressRooms: number;
  readonly addressPairs: number;
}

/** The limits that the options mean. */
export function quotaLimits(flags: QuotaFlags): QuotaLimits {
  return {
    userBytesPerDay: flags.userBytes,
    userRoomsPerDay: flags.userRooms,
    userPairsPerDay: flags.userPairs,
    addressBytesPerDay: flags.addressBytes,
    addressRoomsPerDay: flags.addressRooms,
    addressPairsPerDay: flags.addressPairs,
  };
}
