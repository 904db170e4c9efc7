/**
 * Who keeps the accounts of a server: somebody with its operator token, or who is logged in as an operator; and where no server
 * runs, whoever may write its store (`own_server.ts`).
 *
 * @module
 */

import { randomToken } from "../../ground/mod.ts";
import { ChatError, type Client } from "../../server/wire/mod.ts";
import { Failure } from "../failure.ts";
import { logIn } from "../log_in.ts";
import type { Permission } from "../privileges.ts";
import { addressOfToken, findServedToken } from "../operator_token.ts";
import { endSignal } from "../signals.ts";
import { type Address, showAddress } from "../values.ts";
import { ownServer } from "./own_server.ts";
import { isLoggedIn } from "./proof.ts";

/** How long the server is waited for, in ms: it may have been started a moment ago. */
const PATIENCE_MS = 2_000;

/** Where the accounts are, and the directory in which the server's token may lie. */
export interface Where {
  readonly server: Address;
  readonly data: string;
}

/** What finding out who one is takes, and opening a store. */
const ASKING: readonly Permission[] = ["net", "env", "read", "sys", "write"];

/** How something is done as an operator. */
export interface OperatorOptions {
  /** Whether a store may be made for it where neither a server nor a store is. Default: it may not. */
  readonly makes?: boolean;
  /** Whether something else is done as one afterwards: what that takes is not given up yet. Default: no. */
  readonly goesOn?: boolean;
  /** Whether only a server that runs will do, since it is asked what it does. Default: no. */
  readonly runs?: boolean;
  /** What it takes besides the connection. Default: nothing. */
  readonly permissions?: readonly Permission[];
}

/**
 * Does something as an operator.
 *
 * @throws {Failure} When one is none.
 */
export async function asOperator<T>(
  { server: asked, data }: Where,
  act: (client: Client, signal: AbortSignal) => Promise<T>,
  { makes = false, goesOn = false, runs = false, permissions = [] }: OperatorOptions = {},
): Promise<T> {
  using end = endSignal();
  await using own = runs ? undefined : await ownServer(asked, data, makes);
  const token = own?.token ?? findServedToken(data, asked);
  const server = own?.address ?? (token === undefined ? asked : addressOfToken(data, asked));
  // Nobody makes accounts as a guest; and to whatever listens there nobody's new password is told.
  const proves = token !== undefined || await isLoggedIn(server);
  await using client = await logIn({
    server,
    signal: end.signal,
    patienceMs: PATIENCE_MS,
    permissions: goesOn ? ASKING : own?.permissions ?? ["net", ...permissions],
    // Nobody is to see it come and go.
    onlyRooms: [],
    // Whoever has the token need be nobody in the chat, and must not stand in the way of somebody.
    ...(token === undefined ? {} : { operator: token }),
    ...(token === undefined && proves ? {} : { guest: passingName() }),
  }).catch((error) => {
    if (!(error instanceof ChatError) || error.code !== "auth_failed") throw error;
    if (!proves) throw notOperator(server);
    if (token === undefined) throw error;
    throw new Failure(
      `The operator token that was found is not that of the server at ${showAddress(server)}: ` +
        "give its own data directory with --data, or its token as CHAT_OPERATOR_TOKEN.",
    );
  });
  if (!proves) throw notOperator(server);
  try {
    return await act(client, end.signal);
  } catch (error) {
    if (!(error instanceof ChatError) || error.code !== "forbidden") throw error;
    throw notOperator(server);
  }
}

function notOperator(server: Address): Failure {
  return new Failure(
    `Only an operator may do this: give the data directory of the server at ${
      showAddress(server)
    } ` +
      "with --data, or its token as CHAT_OPERATOR_TOKEN, or log in as one.",
  );
}

/** A name that nobody has. */
function passingName(): string {
  return `operator-${randomToken().replace(/[^a-z0-9]/gi, "").slice(0, 8)}`;
}
