/**
 * What somebody is told who comes in: who he is here, in which rooms, and what is to be known of them.
 *
 * @module
 */

import { requiresAccount } from "../accounts/accounts.ts";
import type { AccountDesk } from "../accounts/desk.ts";
import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import type { MessageStore } from "../store/store_port.ts";
import type { Home } from "../unread/home.ts";
import type { Unread } from "../unread/unread.ts";
import {
  type Login,
  PROTOCOL_VERSION,
  type RoomName,
  type UnreadEntry,
  VERSION,
  type Welcome,
} from "../wire/mod.ts";
import { tagOf } from "./identity.ts";
import type { Return } from "./resume.ts";

const NOTHING_WAITS: readonly UnreadEntry[] = [];
/** What is left out of an answer; one for all, since there are many at each login. */
const NOTHING = {};

/** The answer to a login. */
export function welcome(
  { hall, store, accounts: { mode }, unread }: {
    readonly hall: Hall;
    readonly store: MessageStore;
    readonly accounts: Pick<AccountDesk, "mode">;
    readonly unread: Pick<Unread, "comes">;
  },
  member: Member,
  { id, rooms }: Pick<Login, "id" | "rooms">,
  returns: readonly (Pick<Return, "room"> & Partial<Return>)[],
  { token, mentioned, out = [] }: {
    readonly token?: string | undefined;
    readonly out?: readonly RoomName[];
    readonly mentioned?: Home["mentioned"];
  } = {},
): Welcome {
  const { device, registered } = member;
  // Who names the rooms does something there, and is not its account coming home.
  const isHome = registered && rooms === undefined;
  const waiting = isHome ? unread.comes(member, returns, mentioned) : NOTHING_WAITS;
  // Most come into the lobby and nowhere else.
  const only = returns.length === 1 ? returns[0]?.room : undefined;
  return {
    type: "Welcome",
    ...(id === undefined ? NOTHING : { re: id }),
    username: member.name,
    rooms: only === undefined ? returns.map(({ room }) => room.name) : [only.name],
    server: `chat/${VERSION}`,
    protocol: PROTOCOL_VERSION,
    durability: store.durability,
    epoch: store.epoch,
    session: member.session,
    // Not `member.tag`, which is kept: most who come in never whisper.
    tag: tagOf(member.identity, member.key),
    heads: only === undefined
      ? Object.fromEntries(returns.map(({ room }) => [room.name, hall.head(room.stream)]))
      : { [only.name]: hall.head(only.stream) },
    ...closedOf(returns),
    ...(member.hearsTyping ? { ...typingOf(returns), at: hall.nowMs } : NOTHING),
    ...(out.length === 0 ? NOTHING : { out: [...out] }),
    ...(registered ? { account: true } : NOTHING),
    ...(token === undefined ? NOTHING : { device: token }),
    ...(device === undefined ? NOTHING : { deviceId: device }),
    ...(mode === "off" ? NOTHING : { accounts: requiresAccount(mode) ? "required" : "open" }),
    ...(waiting.length === 0 ? NOTHING : { unread: [...waiting] }),
  };
}

/** Those that are for the invited: their members do not come back to them by themselves where they are not. */
function closedOf(returns: readonly Pick<Return, "room">[]): Pick<Welcome, "closed"> {
  const closed = returns.filter(({ room }) => room.order.hides).map(({ room }) => room.name);
  return closed.length === 0 ? NOTHING : { closed };
}

/** Those whose members are told who types there. */
function typingOf(returns: readonly Pick<Return, "room">[]): Pick<Welcome, "typing"> {
  const typing = returns.filter(({ room }) => room.order.typing).map(({ room }) => room.name);
  return typing.length === 0 ? NOTHING : { typing };
}
