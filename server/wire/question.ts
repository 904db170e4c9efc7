/**
 * What a client is about to ask: whether it can be asked at all, and only what belongs to it.
 *
 * @module
 */

import type { Addressee, FileToOffer, OfferToAnswer, SayOptions } from "./client_types.ts";
import { ChatError } from "./errors.ts";
import { CONTENT_BYTES_MAX, ID_CHARS_MAX } from "./limits.ts";
import type {
  Broadcast,
  ClientAccountMessage,
  ClientMessage,
  FileReceived,
  FileReject,
  Whisper,
} from "./messages.ts";

/** Questions about accounts: what is refused of them is never asked again by itself. */
export const ABOUT_ACCOUNTS: ReadonlySet<string> = new Set(
  [
    "Register",
    "Password",
    "Devices",
    "RevokeDevice",
    "Accounts",
    "AddAccount",
    "SetPassword",
    "SetRole",
    "RemoveAccount",
    "EraseAccount",
  ] satisfies ClientAccountMessage["type"][],
);

const encoder = new TextEncoder();

/** Says something in a room, perhaps as a reply. */
export function broadcast(content: string, { room, reply }: Omit<SayOptions, "id">): Broadcast {
  const where = room === undefined ? {} : { room };
  return { type: "Broadcast", content, ...where, ...(reply === undefined ? {} : { reply }) };
}

/** Says something to one user, perhaps as a reply. */
export function whisperOf(to: string, content: string, reply: number | undefined): Whisper {
  return { type: "Whisper", to, content, ...(reply === undefined ? {} : { reply }) };
}

/** Offers a file whose bytes will come over a second connection. */
export function offerOf({ filename, size, sha256 }: FileToOffer, to: Addressee): ClientMessage {
  const where = "user" in to ? toUser(to) : { room: to.room };
  const digest = sha256 === undefined ? {} : { sha256 };
  return { type: "FileOffer", ...where, filename, size, ...digest, beside: true };
}

function toUser(
  { user: to, tag: toTag }: { readonly user: string; readonly tag?: string | undefined },
) {
  return { to, ...(toTag === undefined ? {} : { toTag }) };
}

/** An event may be handed in as it came: its other fields stay here. */
export function namedOffer({ from, filename, offer }: OfferToAnswer): OfferToAnswer {
  return { from, filename, ...(offer === undefined ? {} : { offer }) };
}

/** That an offered file is taken, from a byte on: beside the conversation, and with a word now and then about how far it is. */
export function taken(offer: OfferToAnswer, offset: number): ClientMessage {
  return { type: "FileAccept", ...namedOffer(offer), offset, beside: true, progress: true };
}

/** That an offered file is not taken. */
export function rejected(offer: OfferToAnswer, reason: string | undefined): FileReject {
  const why = reason === undefined ? {} : { reason };
  return { type: "FileReject", ...namedOffer(offer), ...why };
}

/** That a file lies whole on this side's disk. */
export function received(
  { from, filename, offer }: Required<OfferToAnswer>,
  sha256: string,
): FileReceived {
  return { type: "FileReceived", from, filename, offer, sha256 };
}

/**
 * Why a server would certainly refuse this. Sent all the same, it could cost the connection, or an answer
 * that nobody could assign.
 */
export function refusalOf(question: ClientMessage, id: string): ChatError | undefined {
  if (id === "" || id.length > ID_CHARS_MAX) {
    return new ChatError("invalid", `An id has 1 to ${ID_CHARS_MAX} characters.`);
  }
  if ("content" in question && encoder.encode(question.content).length > CONTENT_BYTES_MAX) {
    return new ChatError("too_long", `A message has at most ${CONTENT_BYTES_MAX} bytes.`);
  }
  return undefined;
}
