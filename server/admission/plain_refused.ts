/**
 * What a peer hears that speaks without TLS to a server that demands it: one sentence, in its own way of speaking.
 *
 * @module
 */

import { encodeAnswer } from "../http/answer.ts";
import { errorMessage } from "../perform.ts";
import { httpAnswer, isHttp } from "../text/http.ts";
import { encodeLine } from "../text/render.ts";
import { encodeFrame } from "../wire/mod.ts";

const SENTENCE = "This server speaks TLS only: chat connect chats://HOST:PORT does.";

/** On the chat's own port. */
export function refusePlainChat(first: Uint8Array): Uint8Array {
  const last = errorMessage("forbidden", SENTENCE);
  if (first[0] === 0x00) return encodeFrame(last);
  if (isHttp(new TextDecoder().decode(first))) return httpAnswer();
  return encodeLine(last) ?? new Uint8Array(0);
}

/** On the one for HTTP. */
export function refusePlainHttp(): Uint8Array {
  return encodeAnswer({ status: 400, body: "This port speaks HTTPS only.\n" });
}
