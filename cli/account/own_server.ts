/**
 * A server for as long as one command takes, where none runs: what operators do is done by the same code then, on the same
 * store, and needs no second way.
 *
 * ```text
 *   something listens at the address ─────────────────────► ask that
 *   nothing does, and it is this machine's ─┬─ the store is free ─► serve it here, for nobody else, and close it again
 *                                           └─ somebody has it ───► ask at the address: it may be about to listen; but where it has
 *                                                                   noted that it listens elsewhere, that is told
 * ```
 *
 * It listens on a port of this machine alone, lets in whoever has its token, which nobody else knows, and changes nothing of
 * what the store is to keep.
 *
 * @module
 */

import { isLoopback, randomToken } from "../../ground/mod.ts";
import type { Server } from "../../server/mod.ts";
import { Failure } from "../failure.ts";
import { notedPort } from "../operator_token.ts";
import type { Permission } from "../privileges.ts";
import { ownerOf, refuseForeign } from "../store_owner.ts";
import { printError } from "../streams.ts";
import { safeText } from "../tty/safe.ts";
import { type Address, showAddress } from "../values.ts";

/** How long an address may take to say that nothing listens there, in ms: this machine's own says so at once. */
const LOOK_MS = 1_000;

/** A server of this command's own. */
export interface OwnServer extends AsyncDisposable {
  readonly address: Address;
  /** Its operator's token. */
  readonly token: string;
  /** What this process has to be allowed as long as it serves. */
  readonly permissions: readonly Permission[];
}

/**
 * Serves a store that no server has open, if nothing listens at the address.
 *
 * @param address Where a server would be.
 * @param data The store's directory.
 * @param makes Whether a store may be made where none is.
 * @returns `undefined` when there is a server to be asked, or none can be had here.
 * @throws {Failure} When the store cannot be opened.
 */
export async function ownServer(
  address: Address,
  data: string,
  makes: boolean,
): Promise<OwnServer | undefined> {
  // Whoever names a server's token, or another machine, means that one.
  if (Deno.env.get("CHAT_OPERATOR_TOKEN") || !isLoopback(address.host)) return undefined;
  if (await listens(address)) return undefined;
  const owner = await ownerOf(data);
  if (!makes && owner === undefined) return undefined;
  await refuseForeign(data);
  const { durableStore, serve } = await import("../../server/mod.ts");
  const { LockedError } = await import("../../db/mod.ts");
  const { storeFailure } = await import("../store_failure.ts");
  const store = await durableStore(data, { durability: "durable", visits: true }).catch(
    (error) => {
      if (error instanceof LockedError) return undefined;
      throw storeFailure(error, data);
    },
  );
  if (store === undefined) {
    const port = notedPort(data);
    if (port === undefined || port === address.port) return undefined;
    const where = showAddress({ ...address, port });
    throw new Failure(`The server of the store in ${data} listens on ${where}: give --server.`);
  }
  const token = randomToken();
  const server: Server = serve({
    store,
    operatorToken: token,
    accounts: "closed",
    transport: "runtime",
  });
  printError(
    `No server listens on ${showAddress(address)}: this is done in the store in ${
      safeText(data)
    }.\n`,
  );
  return {
    address: { host: server.hostname, port: server.port },
    token,
    permissions: ["net", "read", "write", "sys"],
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** Whether something listens at an address. What is refused at once is known; anything else is for whoever asks there. */
async function listens({ host: hostname, port }: Address): Promise<boolean> {
  const signal = AbortSignal.timeout(LOOK_MS);
  try {
    (await Deno.connect({ hostname, port, signal })).close();
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.ConnectionRefused);
  }
}
