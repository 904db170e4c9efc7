/**
 * Takes what a member says: once, however often it is said under its id, and not from whom a ban that is on its way to the disk is putting
 * out of the server. And lets it go.
 *
 * @module
 */

import { runCommand } from "../commands/table.ts";
import type { Member } from "../rooms/member.ts";
import { perform, refusalOf, type World } from "../perform.ts";
import { strays } from "./astray.ts";
import type { ClientMessage } from "../wire/mod.ts";

/** Takes a message that is served. @returns A promise only when something has to be waited for. */
export function take(
  world: World,
  member: Member,
  message: ClientMessage,
): Promise<void> | undefined {
  const again = world.conversation.answerAgain(member, message);
  if (again instanceof Promise) return takeUnless(again, world, member, message);
  if (again) return undefined;
  const running = run(world, member, message);
  if (message.type === "Join") strays(member, message);
  return running;
}

async function takeUnless(
  again: Promise<boolean>,
  world: World,
  member: Member,
  message: ClientMessage,
): Promise<void> {
  if (await again) return;
  // A guest may have been given another name meanwhile, and who left says nothing more.
  const { latest } = member;
  if (world.hall.isHere(latest)) await run(world, latest, message);
}

function run(world: World, member: Member, message: ClientMessage): Promise<void> | undefined {
  // Whatever he does would stand behind the ban, and all would hear of it after they heard that he is out.
  const out = world.order.parts.bans.refuseSoon(member);
  if (out !== undefined) return void member.tell(refusalOf(out.code, message.id, out));
  return perform(world, member, runCommand(member, world.hall, message), message.id);
}

/** A member leaves the chat, and with it all that goes with its connection. */
export function letGo({ hall, files, accounts, unread, traces }: World, member: Member): void {
  unread.leaves(member);
  hall.remove(member);
  files.leave(member);
  accounts.left(member);
  unread.left(member.key);
  traces.tracing.leave(member.outbox);
}
