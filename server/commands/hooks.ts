/**
 * What operators do with hooks: `Hooks`, `AddHook`, `RemoveHook`.
 *
 * @module
 */

import type { AddHook, RemoveHook } from "../wire/mod.ts";
import type { HookEffect } from "../hooks/hook_desk.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Lists the hooks. */
export function listHooks(asker: UserView): readonly Effect[] {
  return [forOperator(asker, { do: "hooks" })];
}

/** Makes a hook. */
export function addHook(
  asker: UserView,
  _hall: HallView,
  { name, room, url, match }: AddHook,
): readonly Effect[] {
  const out = {
    ...(url === undefined ? {} : { url }),
    ...(match === undefined ? {} : { match }),
  };
  return [forOperator(asker, { do: "add hook", name, room, ...out })];
}

/** Takes a hook away. */
export function removeHook(
  asker: UserView,
  _hall: HallView,
  { hook }: RemoveHook,
): readonly Effect[] {
  return [forOperator(asker, { do: "remove hook", hook })];
}

function forOperator(asker: UserView, effect: HookEffect): Effect {
  if (asker.operator) return effect;
  return { do: "refuse", code: "forbidden", msg: "Only operators may do this." };
}
