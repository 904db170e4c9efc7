/**
 * Takes somebody in who may log in: a member, its welcome, and what it missed.
 *
 * @module
 */

import type { Codec } from "./codec.ts";
import type { Admission } from "./commands/login.ts";
import type { ConnectionInfo } from "./connection.ts";
import type { Lane } from "./files/lane.ts";
import { secretOf } from "./identity.ts";
import type { Link } from "./link.ts";
import { Member, type MemberParts } from "./member.ts";
import { errorMessage } from "./perform.ts";
import { comeBack, returnsOf, type Wanted, welcome } from "./resume.ts";
import type { SessionParts } from "./session_parts.ts";
import type { Login, StartDownload, StartUpload } from "./wire/mod.ts";

/** The session that somebody logs in over. */
export interface LoginSession {
  readonly link: Link;
  readonly info: ConnectionInfo;
  readonly codec: Codec;
  /** Makes it a member's. */
  readonly enter: (member: Member) => void;
  /** Whether it is one: not ended, and no file under way. */
  readonly isMember: () => boolean;
  /** Carries a file over the connection itself. */
  readonly openLane: (start: StartUpload | StartDownload, member: Member) => Lane;
  readonly dismiss: MemberParts["dismiss"];
}

/** A login that was read, and the rooms that it wants to come back to. */
export interface ReadLogin {
  readonly login: Login;
  readonly wanted: Wanted;
}

/** Takes in. @returns A promise while what was missed is sent. */
export function logIn(
  { world, wakeups, onEvent }: SessionParts,
  session: LoginSession,
  { login, wanted }: ReadLogin,
  { name, operator, replaces }: Extract<Admission, { kind: "admit" }>,
): Promise<void> | undefined {
  const { hall, store } = world;
  const { link, info, codec, enter, isMember, openLane, dismiss } = session;
  if (replaces) {
    const msg = "You logged in again from elsewhere.";
    hall.holderOf(name)?.dismiss(errorMessage("name_taken", msg));
  }
  const member: Member = new Member({
    name,
    speech: codec.speech,
    operator,
    session: secretOf(login.session),
    address: info.address,
    outbox: link.outbox,
    wakeups,
    account: link.account,
    encode: (message) => codec.encode(message),
    dismiss,
    inline: { isBusy: () => !isMember(), open: (start): Lane => openLane(start, member) },
  });
  enter(member);
  hall.add(member);
  onEvent({ kind: "joined", user: member.name, peer: info.peer });
  const returns = returnsOf(hall, store, member, { ...login, wanted });
  member.tell(welcome(world, member, login, returns));
  return comeBack(world, member, returns, () => {
    // Somebody who takes long to read what was missed is not silent.
    link.noteLife();
    // Whose connection is broken enters no more rooms, of which each would hear of it twice.
    return isMember() && !member.outbox.ended;
  });
}
