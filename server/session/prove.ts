/**
 * Who somebody is who comes in: a guest under a free name, or an account that proves it.
 *
 * ```text
 *   the name is ─┬─ an account's: device? ─► its token fits ─► proved
 *                │                password? ─► it fits ──────► proved
 *                │                neither ─────────────────────► asked for the password
 *                ├─ like an account's ──────────────────────────► refused: no secret could change that
 *                └─ free ─┬─ a secret is shown ─────────────────► refused, as late as for a wrong one
 *                         ├─ accounts are required ─────────────► asked all the same: nobody learns which names there are
 *                         └─ else ──────────────────────────────► a guest
 * ```
 *
 * @module
 */

import {
  type Accounts,
  type AccountsMode,
  type Proved,
  type Refusal,
  requiresAccount,
} from "../accounts/accounts.ts";
import { NO_ACCOUNTS } from "../accounts/desk.ts";
import { MADE_BY_OPERATORS } from "../accounts/refusals.ts";
import type { TriedFrom } from "../accounts/guesses.ts";
import type { KeptValues } from "../store/store_port.ts";
import type { FoldedName, Login, UserName } from "../wire/mod.ts";

/** What proofs are judged by. */
export interface ProofParts {
  readonly accounts: Accounts;
  readonly mode: AccountsMode;
}

/** Somebody who comes in under a name that can be one. */
export interface Arrival {
  readonly name: UserName;
  readonly login: Login;
  /** Whether it makes the name an account. */
  readonly registers: boolean;
  /** Who is here under that name, or one that looks like it: who makes it his own is told of that one as of an account. */
  readonly heldBy: { readonly name: UserName; readonly key: FoldedName } | undefined;
  /** Whether it has shown the operator token: then it need have no account. */
  readonly operator: boolean;
  /** Set of whoever has an invitation: he need have no account, and may make one. How that is written. */
  readonly invited: KeptValues["write"] | undefined;
  /** Whether it can keep a token. */
  readonly keepsToken: boolean;
  readonly from: TriedFrom;
  /** See `Registration`. */
  readonly late: () => Refusal | undefined;
}

/** What an arrival comes to. */
export type Outcome =
  | { readonly kind: "guest" }
  | Proved
  | { readonly kind: "ask"; readonly msg: string }
  | Refusal;

const GUEST: Outcome = { kind: "guest" };

/** Decides who somebody is; a promise while a password is looked at. */
export function prove(parts: ProofParts, arrival: Arrival): Outcome | Promise<Outcome> {
  const { accounts, mode } = parts;
  const { name, login: { password, device, deviceName }, from, operator, invited } = arrival;
  const isPlain = password === undefined && device === undefined;
  if (mode === "off") return isPlain ? GUEST : NO_ACCOUNTS;
  const keeps = arrival.keepsToken ? { device: { name: deviceName } } : {};
  if (arrival.registers) return registerNew(parts, arrival, keeps);
  const owned = accounts.ownerOf(name);
  if (isPlain && requiresAccount(mode) && !operator && (invited === undefined || owned)) {
    return {
      kind: "ask",
      msg: "This server is for those with an account: log in with a password.",
    };
  }
  if (isPlain && owned === undefined) return GUEST;
  if (owned?.kind === "alike" && mode === "open") {
    const msg = `The name '${name}' looks like '${owned.name}', which has an account.`;
    return { kind: "refused", code: "name_taken", msg };
  }
  if (device !== undefined) return accounts.showDevice(name, device);
  if (password !== undefined) {
    return accounts.showPassword({ name, password, from, ...keeps });
  }
  return { kind: "ask", msg: `The name '${name}' has an account: log in with its password.` };
}

async function registerNew(
  { accounts, mode }: ProofParts,
  { name, login: { password = "" }, from, late, invited, heldBy }: Arrival,
  keeps: { readonly device?: { readonly name?: string | undefined } },
): Promise<Outcome> {
  if (mode === "closed" && invited === undefined) return MADE_BY_OPERATORS;
  const refusal = accounts.refuseRegister(from);
  return refusal ?? await accounts.register(
    { name, password, from, late, heldBy, ...keeps },
    invited,
  );
}
