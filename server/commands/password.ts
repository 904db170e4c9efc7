/**
 * `Password`: the asker gives its account another one.
 *
 * @module
 */

import type { SetOwnPassword } from "../wire/mod.ts";
import { noAccount } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Changes the own password. */
export function setOwnPassword(
  asker: UserView,
  _hall: HallView,
  { old, password }: SetOwnPassword,
): readonly Effect[] {
  return [asker.registered ? { do: "password", old, password } : noAccount()];
}
