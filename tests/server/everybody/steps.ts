/**
 * What a run is made of: steps, of which each is done by a device.
 *
 * @module
 */

import type { Place } from "./scene.ts";

/** What can be done, and how often of all that is done. */
const OFTEN = {
  "say": 3,
  "whisper": 2,
  "edit": 3,
  "delete": 1,
  "like": 1,
  "type": 2,
  "topic": 1,
  "report": 1,
  "edit whisper": 1,
  "delete whisper": 1,
  "join": 2,
  "leave": 1,
  "come": 1,
  "come back": 2,
  "come by invitation": 3,
  "go": 2,
  "read": 1,
  "read whispers": 1,
  "history": 2,
  "whispers": 2,
  "rooms": 1,
  "users": 1,
  "invite": 2,
  "kick": 1,
  "ban": 1,
  "mute": 2,
  "unban": 1,
  "promote": 2,
  "demote": 1,
  "owner": 1,
  "close": 2,
  "show typing": 1,
  "ban from server": 1,
  "let in again": 1,
  "set role": 1,
  "remove account": 1,
  "add invitation": 2,
  "revoke invitation": 1,
  "invitations": 1,
  "add hook": 1,
  "remove hook": 1,
  "mute hook": 2,
  "post": 3,
  "register": 1,
  "wait": 1,
  "restart": 1,
  "kill": 1,
  "power failure": 1,
};
/** Something that can be done. */
export type Doing = keyof typeof OFTEN;
export const DOINGS: readonly Doing[] = Object.entries(OFTEN).flatMap(([doing, times]) =>
  Array<Doing>(times).fill(doing as Doing)
);

/** One step; what its numbers pick is a share of what there is then. */
export interface Step {
  readonly do: Doing;
  readonly who: number;
  readonly place: Place;
  readonly other: number;
  readonly pick: number;
  /** Whether it is by whom the step before meant, and where that was: what was done to somebody shows in what he does next. */
  readonly follows: boolean;
}
