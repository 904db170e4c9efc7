/**
 * Whether somebody may log in: not too fast for where it comes from, with the right token if it shows one, and under a
 * name that is free.
 *
 * Guesses at the operator's token are made slow. A wrong one is answered late; after one, also a right one from that address
 * is looked at late, so that nobody learns anything from not being answered at once; and after a few of them none is
 * looked at for some seconds. Who is exempt is spared the last: somebody beside an operator cannot keep it out.
 *
 * @module
 */

import { type AccountsMode, requiresAccount } from "../accounts/accounts.ts";
import { type Admission, admit } from "../commands/login.ts";
import { type ConnectionInfo, peerOf } from "../link/connection.ts";
import type { ServerEvent } from "../events.ts";
import type { Hall } from "../rooms/hall.ts";
import { GUESS_ANSWER_MS } from "../addresses/limits.ts";
import { refusalOf } from "../perform.ts";
import type { ErrorCode, ErrorMessage, Login, UserName } from "../wire/mod.ts";

/** What logins are judged by. */
export interface LoginParts {
  readonly world: { readonly hall: Hall; readonly accounts: { readonly mode: AccountsMode } };
  readonly operatorToken: string | undefined;
  readonly onEvent: (event: ServerEvent) => void;
}

/** Where it comes from. */
type From = Pick<ConnectionInfo, "client" | "address">;

/** What a login comes to. */
export type Judgement =
  | Extract<Admission, { kind: "admit" }>
  /** It is told, `lateMs` from now, and the connection ends. */
  | { readonly kind: "refuse"; readonly last: ErrorMessage; readonly lateMs: number };

/** Milliseconds that a login has to wait before it is judged. */
export function msBeforeJudging({ address }: From, login: Login, nowMs: number): number {
  return login.operator !== undefined && address.isSuspect(nowMs) ? GUESS_ANSWER_MS : 0;
}

/** How somebody comes in. */
export interface Coming {
  /** Whether he has an invitation, and so need have no account. */
  readonly invited: boolean;
}

/** Judges a login, and counts it. */
export function judgeLogin(
  { world: { hall, accounts }, operatorToken, onEvent }: LoginParts,
  { client, address }: From,
  login: Login,
  { invited }: Coming,
  nowMs: number,
): Judgement {
  const earlyMs = address.login(nowMs);
  if (earlyMs > 0) return refuse(login, "rate_limited", tooFast("logins", earlyMs), earlyMs);
  const unseenMs = login.operator === undefined ? 0 : address.msUntilGuess(nowMs);
  if (unseenMs > 0) {
    return refuse(login, "rate_limited", tooFast("wrong operator tokens", unseenMs), unseenMs);
  }
  // Who has to prove who it is learns only then who else is here, when it is judged once more. Who makes a name its own is told
  // that somebody has it as if that were an account's, and so the same whether that one is here.
  const proves = requiresAccount(accounts.mode) && login.operator === undefined && !invited;
  const holderOf = (name: UserName) => proves ? undefined : hall.holderOf(name);
  const admission = admit(login, holderOf, operatorToken);
  if (admission.kind === "admit") return admission;
  const { code, msg } = admission;
  if (code !== "auth_failed") return refuse(login, code, msg);
  const hasWaited = address.isSuspect(nowMs);
  address.guess(nowMs);
  const guesses = (address.site ?? address).guesses.add(nowMs);
  if (guesses > 0) onEvent({ kind: "guessed", peer: peerOf(client), guesses });
  return { ...refuse(login, code, msg), lateMs: hasWaited ? 0 : GUESS_ANSWER_MS };
}

function tooFast(what: string, waitMs: number): string {
  return `Too many ${what} from your address. Wait ${Math.ceil(waitMs / 1_000)} s.`;
}

function refuse(
  { id }: Login,
  code: ErrorCode,
  msg: string,
  wait?: number,
): Extract<Judgement, { kind: "refuse" }> {
  const why = { msg, ...(wait === undefined ? {} : { wait }) };
  return { kind: "refuse", last: refusalOf(code, id, why), lateMs: 0 };
}
