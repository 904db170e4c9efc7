/**
 * Which attacks may be tried on one server, and what that server needs. Pure.
 *
 * @module
 */

import type { Attack, ServerNeeds } from "./attack.ts";

/**
 * What an attack's server is started with. Where all attackers have one address, nobody is exempt from the limits by
 * address, the honest neither; else loopback is, as by default: then each connection counts as from an address of its own.
 */
export function needsOf(attack: Attack | undefined): ServerNeeds {
  const { server = {}, from } = attack ?? {};
  if (from !== "one address") return server;
  return { ...server, args: [...server.args ?? [], "--exempt", "none"] };
}

/**
 * Cuts a list of attacks into groups of at most so many with the same needs. Who prepares the store, or does something to
 * the processes, is alone.
 */
export function groupsOf(attacks: readonly Attack[], size: number): Attack[][] {
  const groups: Attack[][] = [];
  const open = new Map<string, Attack[]>();
  for (const attack of attacks) {
    const alone = [attack.prepare, attack.scene, attack.after, attack.server].some((one) =>
      one !== undefined
    );
    const needs = JSON.stringify(needsOf(attack));
    const group = alone ? undefined : open.get(needs);
    if (group !== undefined && group.length < size) {
      group.push(attack);
      continue;
    }
    const fresh = [attack];
    groups.push(fresh);
    if (!alone) open.set(needs, fresh);
  }
  return groups;
}
