/**
 * Where a session can stand, and whose it is then.
 *
 * @module
 */

import type { Codec } from "../codec/codec.ts";
import type { ServerEvent } from "../events.ts";
import type { FileDesk } from "../files/desk.ts";
import type { Lane } from "../files/lane.ts";
import type { Member } from "../rooms/member.ts";
import type { RoomName, ServerMessage, UserName } from "../wire/mod.ts";

/** What whoever comes again is told over the connection that he had. */
export const ELSEWHERE = "You logged in again from elsewhere.";

/** Where a session stands. */
export type State =
  | { readonly kind: "greeting" }
  /** Nobody has come in yet; `asked` whether it was asked for a password, and may take longer. */
  | { readonly kind: "login"; readonly codec: Codec; readonly asked?: true }
  | { readonly kind: "member"; readonly codec: Codec; readonly member: Member }
  /** What comes in is a file, until its last byte. */
  | {
    readonly kind: "uploading";
    readonly codec: Codec;
    readonly member: Member;
    readonly lane: Lane;
  }
  /** What goes out is a file; what comes in are messages as ever. */
  | {
    readonly kind: "downloading";
    readonly codec: Codec;
    readonly member: Member;
    readonly lane: Lane;
  }
  /** Nobody's conversation: a connection for one file, one way. */
  | {
    readonly kind: "beside";
    readonly codec: Codec;
    readonly lane: Lane;
    /** Whose file it is. */
    readonly user: UserName;
  }
  /** Nothing more is heard of it; others see it until the disk has answered what it said last. */
  | {
    readonly kind: "leaving";
    readonly codec: Codec;
    readonly member: Member;
    /** The file that it was carrying. */
    readonly lane?: Lane;
  }
  | { readonly kind: "ended" };

/** Whether nothing more is heard. */
export function isOver(state: State): boolean {
  return state.kind === "leaving" || state.kind === "ended";
}

/** Who is logged in, or whose file this is. */
export function userOf(state: State): UserName | undefined {
  if (state.kind === "beside") return state.user;
  return "member" in state ? state.member.name : undefined;
}

/** Bytes that are held for what was said in part, and for what is offered. */
export function heldBytesOf(state: State, files: Pick<FileDesk, "bytesOf">): number {
  const offered = "member" in state ? files.bytesOf(state.member) : 0;
  return "codec" in state ? state.codec.heldBytes + offered : 0;
}

/** What the log is told of the end of a session that stood there; nothing of a file's. @param last What the peer is told. */
export function endOf(
  state: State,
  peer: string,
  last: ServerMessage | undefined,
): ServerEvent | undefined {
  const why = last?.type === "Error" ? { code: last.code } : {};
  if ("member" in state) {
    const user = state.member.name;
    const isReplaced = last?.type === "Error" && last.msg === ELSEWHERE;
    return { kind: "left", user, peer, ...(isReplaced ? { replaced: true } : why) };
  }
  return state.kind === "beside" ? undefined : { kind: "refused", peer, ...why, times: 1 };
}

/** The rooms that the user is in. */
export function roomNamesOf(state: State): readonly RoomName[] {
  return "member" in state ? state.member.places.values().map(({ room }) => room.name) : [];
}
