/**
 * Which of a session's deadlines has passed.
 *
 * ```text
 *   not logged in ── loginMsMax since it was opened ───────────────► end
 *   member ─┬─ takes nothing of a write for silenceMsMax ──────────► cut off
 *           ├─ speaks text: never; its silence is told, in case that places are short
 *           ├─ silent: silenceMsBeforePing ► ping, silenceMsMax ───► cut off
 *           └─ a frame is not whole after frameMsMax ──────────────► end
 * ```
 *
 * Looked at about once a second, and as exact as that. A connection that carries a file has deadlines of its own: the round's.
 *
 * @module
 */

import { PASSWORD_MS_MAX } from "../accounts/limits.ts";
import type { Limits } from "../limits.ts";
import type { Link } from "../link/link.ts";
import { frameTooSlow } from "../admission/making_room.ts";
import { errorMessage } from "../perform.ts";
import type { State } from "./session_state.ts";
import { Unfinished } from "./unfinished.ts";
import type { ErrorMessage } from "../wire/mod.ts";

/** What is to be done now. */
export type Due =
  | { readonly kind: "nothing" }
  /** It is to be asked for a sign of life. */
  | { readonly kind: "ping" }
  /** It ends; answers that wait are still sent. */
  | { readonly kind: "end"; readonly last: ErrorMessage }
  /** It ends; what waits is dropped. */
  | { readonly kind: "cut off" };

const NOTHING: Due = { kind: "nothing" };
const PING: Due = { kind: "ping" };
const CUT_OFF: Due = { kind: "cut off" };

/** The deadlines of one session. */
export class Deadlines {
  readonly #limits: Limits;
  readonly #link: Link;
  /** While something has come only in part. */
  #unfinished: Unfinished | undefined;
  #pinged = false;
  /** For how long a peer was silent that cannot be asked for a sign of life, in ms; else 0. */
  silentMs = 0;

  constructor(limits: Limits, link: Link) {
    this.#limits = limits;
    this.#link = link;
  }

  /** Bytes have come. */
  noteBytes(): void {
    this.#pinged = false;
  }

  /** Something whole was heard. */
  noteHeard(): void {
    if (this.#unfinished !== undefined) this.#unfinished.heard++;
  }

  /**
   * Looks at all of them.
   *
   * @param awaitsStart Whether a member waits to be told to upload.
   */
  check(nowMs: number, state: State, awaitsStart: () => boolean): Due {
    const { frameMsMax, loginMsMax, silenceMsBeforePing, silenceMsMax } = this.#limits;
    const link = this.#link;
    const { silentMs, stalledMs } = link.check(nowMs);
    if (state.kind === "greeting" || state.kind === "login") {
      const msMax = "asked" in state ? Math.max(loginMsMax, PASSWORD_MS_MAX) : loginMsMax;
      if (nowMs - link.openedMs <= msMax) return NOTHING;
      return { kind: "end", last: errorMessage("login_required") };
    }
    if (state.kind !== "member") return NOTHING;
    if (stalledMs > silenceMsMax) return CUT_OFF;
    if (awaitsStart()) {
      // A `Pong` that crosses the `StartUpload` would become a part of its file.
      link.noteLife();
      return NOTHING;
    }
    if (state.codec.speech === "text") {
      // It may be somebody who only reads: TCP's keep-alive watches over it.
      this.silentMs = silentMs;
      return NOTHING;
    }
    if (silentMs > silenceMsMax) return CUT_OFF;
    const partBytes = state.codec.heldBytes + link.unfinishedBytes;
    if (partBytes === 0) this.#unfinished = undefined;
    else this.#unfinished ??= new Unfinished();
    const unfinishedMs = this.#unfinished?.check(partBytes, nowMs) ?? 0;
    if (unfinishedMs > frameMsMax) {
      return { kind: "end", last: frameTooSlow(frameMsMax) };
    }
    if (silentMs <= silenceMsBeforePing || this.#pinged) return NOTHING;
    this.#pinged = true;
    return PING;
  }
}
