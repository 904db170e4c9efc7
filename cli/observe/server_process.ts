/**
 * Which process `--pid server` means: the one that listens at the server's address on this machine, and no other that has
 * the same name.
 *
 * @module
 */

import { isLoopback } from "../../ground/mod.ts";
import { processAt } from "../bench/server_process.ts";
import { EXIT, Failure } from "../failure.ts";
import { type Address, showAddress } from "../values.ts";

/** Its number. @throws {Failure} When none is found. */
export async function processOf(server: Address): Promise<number> {
  if (!isLoopback(server.host)) {
    throw new Failure(
      "--pid server watches a server on this machine: give its address as 127.0.0.1 or localhost.",
      EXIT.usage,
    );
  }
  const pid = await processAt(server.port);
  if (pid !== undefined) return pid;
  throw new Failure(
    `No process is found that listens at ${
      showAddress(server)
    }: whose it is, ss tells only to root ` +
      "and to its user. Give another address with --server, or a number with --pid.",
  );
}
