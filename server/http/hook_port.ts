/**
 * `POST /hooks/TOKEN`: whoever has the token of a hook says something in its room.
 *
 * ```text
 *   head ─► known token? over a way on which tokens are taken? ─► body, of bounded length ─► words ─► said ─► 200 and its number
 * ```
 *
 * Nothing of a body is read before its token is known. Where a proxy that is believed stands between, the limits are those of the
 * address behind it. Who gets no answer in time does not know whether it was said: under the same `Idempotency-Key` it can be
 * said again, and is said once.
 *
 * @module
 */

import { isLoopback } from "../../ground/mod.ts";
import { forwardedFor, isTrusted } from "../addresses/forwarded.ts";
import type { Address } from "../addresses/address.ts";
import type { Range } from "../addresses/range.ts";
import type { AdmissionControl } from "../admission/admission_control.ts";
import type { Account } from "../budget/mod.ts";
import { HOOK_BODY_BYTES_MAX } from "../hooks/limits.ts";
import type { Speaking, Spoken } from "../hooks/speaking.ts";
import { wordsIn } from "../hooks/words.ts";
import type { AddressedSocket } from "../transport/mod.ts";
import type { ErrorCode, ErrorMessage } from "../wire/mod.ts";
import type { Answer, Status } from "./answer.ts";
import { readBody } from "./body.ts";
import type { Head } from "./head.ts";

/** What paths of hooks begin with. */
export const HOOKS_PATH = "/hooks/";

/** What stands behind it. */
export interface HookPortParts {
  readonly speaking: Speaking;
  readonly admission: Pick<AdmissionControl, "admit" | "release">;
  /** Addresses of proxies that are believed. */
  readonly proxies: readonly Range[];
  /** Whether tokens are taken in the clear from other machines. */
  readonly takesSecretsInTheClear: boolean;
}

/** A request to speak. */
export interface HookRequest {
  readonly caller: AddressedSocket;
  readonly head: Head;
  /** What came behind the head. */
  readonly rest: Uint8Array;
  readonly address: Address;
  /** Pays for what it causes. */
  readonly account: Account;
}

const NO_HOOK: Answer = { status: 404, body: "There is no such hook.\n" };

/** Takes what programs say. */
export class HookPort {
  readonly #parts: HookPortParts;

  constructor(parts: HookPortParts) {
    this.#parts = parts;
  }

  /** Answers a request whose path is a hook's. @throws When the caller is gone. */
  async answer(request: HookRequest): Promise<Answer> {
    const { caller, head: { method, path, headers }, address } = request;
    const { speaking, admission, proxies } = this.#parts;
    if (method !== "POST") {
      return { status: 405, body: "Here one can only POST.\n", headers: { Allow: "POST" } };
    }
    const { hostname } = caller.remoteAddr;
    const behind = forwardedFor(hostname, headers.get("x-forwarded-for"), proxies);
    const client = behind ?? hostname;
    if (!this.#takesTokens(caller, client)) {
      return { status: 403, body: "Tokens are taken over TLS only: come with https://.\n" };
    }
    const token = path.slice(HOOKS_PATH.length);
    const hook = speaking.find(token);
    if (hook === undefined) return NO_HOOK;
    const say = async (address: Address): Promise<Answer> => {
      const body = await readBody(caller, request.head, request.rest, HOOK_BODY_BYTES_MAX);
      if (body.kind === "refused") return body.answer;
      // It may be gone by now: a body comes as slowly as its sender likes.
      if (speaking.find(token) !== hook) return NO_HOOK;
      const words = wordsIn(body.bytes, headers.get("content-type"));
      if (words.kind === "refused") return { status: 400, body: `${words.msg}\n` };
      const { content } = words;
      const { account } = request;
      const key = headers.get("idempotency-key");
      const saying = { content, key, address, hostname: client, account };
      return answerOf(await speaking.say(hook, saying));
    };
    if (behind === undefined) return await say(address);
    const admitted = admission.admit({ hostname: behind, port: 0 });
    if (admitted.kind === "refused") return answerOf(admitted.last);
    try {
      return await say(admitted.address);
    } finally {
      admission.release(admitted.address);
    }
  }

  /** Whether nobody on the way can have read the token. */
  #takesTokens({ isSecure, remoteAddr }: AddressedSocket, client: string): boolean {
    const { takesSecretsInTheClear, proxies } = this.#parts;
    return takesSecretsInTheClear || isSecure === true || isLoopback(client) ||
      isTrusted(remoteAddr.hostname, proxies);
  }
}

/** By code; what the server cannot do now is 503. */
const STATUS: ReadonlyMap<ErrorCode, Status> = new Map<ErrorCode, Status>([
  ["rate_limited", 429],
  ["too_long", 413],
  ["invalid", 400],
  ["forbidden", 403],
  ["banned", 403],
  ["not_found", 403],
  // The hook was taken away meanwhile.
  ["auth_failed", 404],
]);

/** What was said, or why not, as an answer. What the server cannot do now may be tried again. */
function answerOf(spoken: Spoken): Answer {
  if (spoken.type === "Error") return refusal(spoken);
  const { room, seq, at } = spoken;
  const body = `${JSON.stringify({ room, seq, at })}\n`;
  return { status: 200, body, type: "application/json" };
}

function refusal({ code, msg, wait }: ErrorMessage): Answer {
  const seconds = wait === undefined ? undefined : `${Math.ceil(wait / 1_000)}`;
  const headers = seconds === undefined ? {} : { "Retry-After": seconds };
  return { status: STATUS.get(code) ?? 503, body: `${msg}\n`, headers };
}
