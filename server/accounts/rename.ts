/**
 * Gives a guest another name: the one it had has become somebody's account.
 *
 * To the rooms it is as if one had left and another had come, in the same turn of the loop; the guest's connection stays.
 *
 * @module
 */

import type { ServerEvent } from "../events.ts";
import { errorMessage } from "../perform.ts";
import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import type { UserName } from "../wire/mod.ts";

/** What renaming works on. */
export interface Renaming {
  readonly hall: Hall;
  readonly onEvent: (event: ServerEvent) => void;
  /** Ends what a guest has under way under its old name. */
  readonly leaveFiles: (member: Member) => void;
}

/** Characters of chance in a new name. */
const NAME_CHARS = 6;

/** Renames a guest. @param isFree Whether no account has a name. */
export function renameGuest(
  { hall, leaveFiles, onEvent }: Renaming,
  guest: Member,
  because: UserName,
  isFree: (name: UserName) => boolean,
): void {
  const name = freeName((name) => hall.holderOf(name) === undefined && isFree(name));
  const renamed = guest.under(name);
  if (renamed === undefined) {
    const msg = `The name '${guest.name}' has become an account's.`;
    return guest.dismiss(errorMessage("name_taken", msg));
  }
  const msg = because === guest.name
    ? `The name '${because}' has become somebody's account. You are ${name} now.`
    : `Your name looks like '${because}', which has become somebody's account. You are ${name} now.`;
  onEvent({ kind: "renamed", user: guest.name, name });
  renamed.tell({ type: "Renamed", username: name, msg, tag: renamed.tag });
  leaveFiles(guest);
  for (const { room } of guest.places.values()) {
    // Nobody may be in it meanwhile, and it is the same room all the same.
    room.hold();
    room.exit(guest);
    room.enter(renamed);
    room.release();
  }
  hall.remove(guest);
  hall.add(renamed);
}

function freeName(isFree: (name: UserName) => boolean): UserName {
  for (;;) {
    const chance = crypto.randomUUID().replaceAll("-", "").slice(0, NAME_CHARS);
    const name = `Guest-${chance}` as UserName;
    if (isFree(name)) return name;
  }
}
