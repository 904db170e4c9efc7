/**
 * `Register` of a guest who is here: its own name becomes an account.
 *
 * @module
 */

import { foldText, type Register } from "../wire/mod.ts";
import { quoted } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Makes the asker's name an account. */
export function register(
  asker: UserView,
  _hall: HallView,
  { username, password, deviceName }: Register,
): readonly Effect[] {
  if (asker.registered) {
    return [{ do: "refuse", code: "invalid", msg: "You have an account already." }];
  }
  if (foldText(username) !== asker.key) {
    const msg = `You are here as '${quoted(asker.name)}', and can register that name alone.`;
    return [{ do: "refuse", code: "invalid", msg }];
  }
  return [{ do: "register", password, ...(deviceName === undefined ? {} : { deviceName }) }];
}
