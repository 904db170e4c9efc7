/**
 * What `chat logout` does: the server forgets this machine, and this machine its token.
 *
 * @module
 */

import { Failure } from "../failure.ts";
import { keepOnly } from "../privileges.ts";
import { print } from "../streams.ts";
import { safeText } from "../tty/safe.ts";
import { type Address, showAddress } from "../values.ts";
import { type KeptDevice, KeptDevices } from "./kept_devices.ts";

/** How long the server may take to answer, in ms: the file is removed then in any case. */
const ANSWER_MS = 10_000;

/** Logs out. @throws {Failure} When nobody is logged in here, or the server could not be told. */
export async function logOut(server: Address, chosen: string | undefined): Promise<void> {
  const kept = new KeptDevices(server);
  const device = await kept.find(chosen);
  const where = showAddress(server);
  const { name } = device ?? {};
  if (device === undefined || name === undefined) {
    const who = chosen === undefined ? "Nobody" : `'${safeText(chosen)}'`;
    throw new Failure(
      `${who} is not logged in to ${where} on this machine.`.replace("Nobody is not", "Nobody is"),
    );
  }
  keepOnly("net", "read", "write");
  // First here: whatever becomes of the rest, nobody who comes to this machine finds it.
  await kept.forget(name);
  const why = await revoke(server, name, device);
  if (why !== undefined) {
    throw new Failure(
      `This machine has forgotten its token for ${name}, but ${where} could not be told: ${why} ` +
        "Take the device away from another one, with /devices and /revoke.",
    );
  }
  print(`${safeText(name)} is logged out of ${where} here.\n`);
}

/** Tells the server. @returns Why that was not possible. */
async function revoke(
  server: Address,
  name: string,
  { token, device }: KeptDevice,
): Promise<string | undefined> {
  const { ChatError, connect } = await import("../../server/wire/mod.ts");
  const signal = AbortSignal.timeout(ANSWER_MS);
  const how = { onlyRooms: [], patienceMs: 0, signal };
  await using client = connect({ ...server, name, device: token, ...how });
  try {
    const { deviceId = device } = await client.online();
    if (deviceId !== undefined) await client.accounts.revokeDevice(deviceId);
    return undefined;
  } catch (error) {
    // It has forgotten the token before.
    if (error instanceof ChatError && error.code === "auth_failed") return undefined;
    return safeText(error instanceof Error ? error.message : String(error));
  }
}
