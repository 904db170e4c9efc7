/**
 * `Devices` and `RevokeDevice`: which devices of the asker need no password, and that one of them does again.
 *
 * @module
 */

import type { ListDevices, RevokeDevice } from "../wire/mod.ts";
import { noAccount } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Lists the asker's devices. */
export function listDevices(
  asker: UserView,
  _hall: HallView,
  _message: ListDevices,
): readonly Effect[] {
  return [asker.registered ? { do: "devices" } : noAccount()];
}

/** Takes the token of one of them away. */
export function revokeDevice(
  asker: UserView,
  _hall: HallView,
  { device }: RevokeDevice,
): readonly Effect[] {
  return [asker.registered ? { do: "revoke", device } : noAccount()];
}
