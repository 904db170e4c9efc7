/**
 * Takes somebody in who may log in: a member, its welcome, and what it missed.
 *
 * @module
 */

import { sameSecret } from "../../ground/mod.ts";
import type { Proved } from "../accounts/accounts.ts";
import type { Codec } from "../codec/codec.ts";
import { quoted } from "../commands/refusals.ts";
import type { Admission } from "../commands/login.ts";
import type { InvitationRecord } from "../invitations/record.ts";
import { type ConnectionInfo, peerOf } from "../link/connection.ts";
import type { Hall } from "../rooms/hall.ts";
import { secretOf } from "./identity.ts";
import type { Link } from "../link/link.ts";
import { type Host, Member } from "../rooms/member.ts";
import { errorMessage } from "../perform.ts";
import { comeBack, refuseSight, returnsOf } from "./resume.ts";
import { welcome } from "./welcome.ts";
import { leftOut, openedSince, type Wanted } from "./wanted_rooms.ts";
import type { SessionParts } from "./session_parts.ts";
import { ELSEWHERE } from "./session_state.ts";
import { type Home, NO_HOME } from "../unread/home.ts";
import { tellWaiting } from "../unread/tell_waiting.ts";
import { tellReports } from "../order/reports.ts";
import { fold, type Login, type RoomName, type ServerMessage, type UserName } from "../wire/mod.ts";

/** The session that somebody logs in over. */
export interface LoginSession {
  /** It is busy unless it is a member's. */
  readonly host: Host;
  readonly link: Link;
  readonly info: ConnectionInfo;
  readonly codec: Codec;
  /** Makes it a member's. */
  readonly enter: (member: Member) => void;
}

/** A login that was read, and the rooms that it wants to come back to. */
export interface ReadLogin {
  readonly login: Login;
  readonly wanted: Wanted;
  /** The one that it came with, if that holds. */
  readonly invitation?: InvitationRecord;
}

/** Takes in. @returns A promise while what was missed is sent. */
export function logIn(
  { world, wakeups, onEvent }: SessionParts,
  session: LoginSession,
  { login, wanted }: ReadLogin,
  { name, operator, replaces }: Extract<Admission, { kind: "admit" }>,
  proved?: Proved,
  home: Home = NO_HOME,
): Promise<void> | undefined {
  const { hall, store } = world;
  const { host, link, info, codec, enter } = session;
  if (replaces) {
    hall.holderOf(name)?.dismiss(errorMessage("name_taken", ELSEWHERE));
  }
  if (proved !== undefined) replaceOwn(hall, name, login.session);
  const member = new Member({
    name,
    speech: codec.speech,
    operator,
    proved,
    session: secretOf(
      proved === undefined ? ownSecret(world, login) : login.session,
      codec.newSecret?.bind(codec),
    ),
    address: info.address,
    hostname: info.client.hostname,
    outbox: link.outbox,
    wakeups,
    account: link.account,
    host,
    hearsTyping: login.typing,
  });
  enter(member);
  hall.add(member);
  onEvent({ kind: "joined", user: member.name, peer: peerOf(info.client) });
  const opened = openedSince(hall, store, login);
  const isAsBefore = (room: RoomName): boolean => !opened.has(fold(room));
  const returns = returnsOf(hall, store, member, login, {
    wanted: opened.size === 0 ? wanted : wanted.filter(([room]) => isAsBefore(room)),
    own: opened.size === 0 ? home.rooms : home.rooms.filter(isAsBefore),
  });
  const { mentioned } = home;
  const out = leftOut(hall, member, login, wanted);
  const how = { token: proved?.token, mentioned, out };
  const greeting = welcome(world, member, login, returns, how);
  member.tell(greeting);
  for (const [room] of wanted) if (!isAsBefore(room)) member.tell(nobodysSecret(room));
  for (const room of out) member.tell(putOut(hall, member, room));
  const isHere = login.rooms === undefined;
  const shut = isHere ? refuseSight(hall.lobby, member, hall.nowMs) : undefined;
  if (shut !== undefined) member.tell(errorMessage(shut.code, shut.msg));
  // Who names its rooms is a script: what its owner is to hear waits for the owner.
  const isOwner = proved !== undefined && isHere;
  if (isOwner) world.accounts.greet(member);
  const reports = isOwner ? world.order.greet(member) : [];
  const alive = () => {
    // Somebody who takes long to read what was missed is not silent.
    link.noteLife();
    // Whose connection is broken enters no more rooms, of which each would hear of it twice.
    return !host.isBusy() && !member.outbox.ended && hall.isHere(member.latest);
  };
  const back = comeBack(world, member, returns, alive);
  const { unread = [] } = greeting;
  const waits = codec.speech === "text" && unread.length > 0;
  if (!waits && reports.length === 0) return back;
  return Promise.resolve(back)
    .then(() => waits ? tellWaiting(world, member, unread, alive) : undefined)
    .then(() => tellReports(world.order.parts, member, reports, alive));
}

/** Why somebody does not come back to a room. */
function nobodysSecret(room: RoomName): ServerMessage {
  const msg = `The server began anew, and the room '${
    quoted(room)
  }' is not for the invited any more: enter it again yourself.`;
  return errorMessage("not_found", msg);
}

/** The same of who was put out of it, for as long as that is, or until he enters it. */
function putOut(hall: Hall, member: Member, room: RoomName): ServerMessage {
  const order = hall.order(room);
  const refusal = order && refuseSight({ order, name: room }, member, hall.nowMs);
  if (refusal !== undefined) return errorMessage(refusal.code, refusal.msg);
  const msg = `You were put out of the room '${quoted(room)}': enter it again yourself.`;
  return errorMessage("banned", msg);
}

/** The secret that a guest shows, unless it has become an account's. */
export function ownSecret(
  { accounts: { accounts: { spent } } }: SessionParts["world"],
  { session }: Login,
): string | undefined {
  return session === undefined || spent.has(session) ? undefined : session;
}

/** The same client of an account has come back: what is left of its connection before this one ends. */
function replaceOwn(hall: Hall, name: UserName, session: string | undefined): void {
  if (session === undefined) return;
  for (const member of hall.membersOf(fold(name))) {
    if (sameSecret(session, member.session)) member.dismiss(errorMessage("name_taken", ELSEWHERE));
  }
}
