/**
 * What operators do with the accounts of others: `Accounts`, `AddAccount`, `SetPassword`, `SetRole`, `RemoveAccount`,
 * `EraseAccount`.
 *
 * @module
 */

import type {
  AddAccount,
  EraseAccount,
  ListAccounts,
  RemoveAccount,
  SetPassword,
  SetRole,
} from "../wire/mod.ts";
import type { AccountEffect, Effect, HallView, UserView } from "./types.ts";

/** Lists the accounts. */
export function listAccounts(
  asker: UserView,
  _hall: HallView,
  { after }: ListAccounts,
): readonly Effect[] {
  const behind = after === undefined ? {} : { after };
  return [forOperator(asker, { do: "accounts", of: "others", ...behind })];
}

/** Makes a name an account. */
export function addAccount(
  asker: UserView,
  _hall: HallView,
  { username, password, role = "user" }: AddAccount,
): readonly Effect[] {
  return [forOperator(asker, { do: "add account", of: "others", username, password, role })];
}

/** Gives an account another password. */
export function setPassword(
  asker: UserView,
  _hall: HallView,
  { username, password }: SetPassword,
): readonly Effect[] {
  return [forOperator(asker, { do: "set password", of: "others", username, password })];
}

/** Says what an account may do. */
export function setRole(
  asker: UserView,
  _hall: HallView,
  { username, role }: SetRole,
): readonly Effect[] {
  return [forOperator(asker, { do: "set role", of: "others", username, role })];
}

/** Takes an account away. */
export function removeAccount(
  asker: UserView,
  _hall: HallView,
  { username }: RemoveAccount,
): readonly Effect[] {
  return [forOperator(asker, { do: "remove account", of: "others", username })];
}

/** Erases an account, or counts what there is of it. */
export function eraseAccount(
  asker: UserView,
  _hall: HallView,
  { username, count = false }: EraseAccount,
): readonly Effect[] {
  return [forOperator(asker, { do: "erase account", of: "others", username, count })];
}

function forOperator(asker: UserView, effect: AccountEffect): Effect {
  if (asker.operator) return effect;
  return { do: "refuse", code: "forbidden", msg: "Only operators may do this." };
}
