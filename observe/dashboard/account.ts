/**
 * What a page asks about its user's account: done by the one chat client that all pages share.
 *
 * @module
 */

import type { Client, Welcome } from "../../server/wire/in_browser/mod.ts";
import { isAskable } from "./askable.ts";
import type { AccountState, Answer, Asked } from "./page_messages.ts";

/** What is kept of accounts where the client runs. */
export interface AccountKeeping {
  /** What this device is called in its owner's list. */
  readonly machine: string;
  /** Keeps the token that a welcome brings. @throws When that is not possible. */
  keep(welcome: Welcome): Promise<void>;
}

/** A request about the account. */
export type AccountAsked = Extract<
  Asked,
  { type: "register" | "password" | "devices" | "revoke" }
>;

/** Whose the client's name is; `undefined` when the server keeps no accounts, or nobody is logged in. */
export function accountOf({ status }: Pick<Client, "status">): AccountState | undefined {
  if (status.kind !== "online" || status.welcome.accounts === undefined) return undefined;
  return status.welcome.account === true ? "own" : "guest";
}

/** The answer to such a request. @throws {ChatError | ClosedError} When it is refused. */
export async function answerAccount(
  request: AccountAsked,
  { client, keeping, changed }: {
    readonly client: Client;
    readonly keeping: AccountKeeping | undefined;
    /** The client's name is an account now. */
    readonly changed: () => void;
  },
): Promise<Answer> {
  switch (request.type) {
    case "register": {
      const welcome = await client.accounts.register(request.password, keeping?.machine);
      changed();
      return { kind: "told", sentence: await kept(welcome, keeping) };
    }
    case "password":
      await client.accounts.changePassword(request.old, request.password);
      return { kind: "done" };
    case "devices": {
      const { devices } = await client.accounts.devices();
      return { kind: "devices", devices };
    }
    case "revoke":
      await client.accounts.revokeDevice(request.device);
      return { kind: "told", sentence: "It is logged out." };
    default:
      return request satisfies never;
  }
}

async function kept(welcome: Welcome, keeping: AccountKeeping | undefined): Promise<string> {
  const name = isAskable(welcome.username) ? ` ${welcome.username}` : "";
  const yours = `The name${name} is yours now.`;
  if (keeping === undefined || welcome.device === undefined) return yours;
  try {
    await keeping.keep(welcome);
    return `${yours} No password is asked for it here any more.`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `${yours} The password will be asked for again: the token cannot be kept. ${why}`;
  }
}
