/**
 * Meets a server over TLS once, before many connections are made that can ask nobody whom to believe.
 *
 * @module
 */

import { keepOnly, type Permission } from "../privileges.ts";
import { Failure } from "../failure.ts";
import { type Address, showAddress } from "../values.ts";
import { Trust } from "./trust.ts";

/** How long the server may take, in ms: as long as for any client. */
const MEET_MS = 10_000;

/**
 * Shows, remembers or refuses a server's certificate, as the first connection of any client does.
 *
 * @param permissions What the program keeps beside what that takes.
 * @returns The certificates (PEM) that are believed of it, beside the usual ones; `undefined` where TLS is not spoken.
 * @throws {Failure} When nobody answers, or it is not proved who does.
 */
export async function meet(
  { host, port, tls }: Address,
  permissions: readonly Permission[],
): Promise<readonly string[] | undefined> {
  if (tls === undefined) return undefined;
  const { ClosedError, dialStream } = await import("../../server/wire/mod.ts");
  const learns = tls instanceof Trust && tls.mayLearn;
  keepOnly(...permissions, ...learns ? ["read", "write"] as const : []);
  try {
    (await dialStream({ host, port, tls, timeoutMs: MEET_MS })).close();
  } catch (error) {
    // Its sentence may have several lines, so that nobody overlooks it.
    if (error instanceof ClosedError) throw new Failure(error.message);
    throw new Failure(`Cannot speak TLS with ${showAddress({ host, port })}.`, undefined, {
      cause: error,
    });
  }
  return await tls.believed?.() ?? [];
}
