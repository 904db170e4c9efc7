/**
 * The reader's account: what is asked about it, and which password is asked for.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";
import { deviceLines, passwordChanged } from "../../../../talk/mod.ts";
import { connection } from "../connection.ts";
import { tell } from "./places.ts";

/** For what a password is asked for. */
export type SecretFor = "register" | "password";

/** For what one is asked for now, if it is. */
export const secretFor: Signal<SecretFor | undefined> = signal(undefined);

/** Asks for a password. */
export function askSecret(what: SecretFor): void {
  secretFor.value = what;
}

/**
 * Registers, or changes the password. @returns Why not, as a sentence, if it was refused.
 *
 * @param old The password until now; of a guest there is none.
 */
export async function submitSecret(old: string, password: string): Promise<string | undefined> {
  const answer = await connection.ask(
    secretFor.value === "register"
      ? { type: "register", password }
      : { type: "password", old, password },
  );
  if (answer.kind === "refused") return answer.sentence;
  if (answer.kind === "told") tell(answer.sentence);
  if (answer.kind === "done") void tellChanged();
  return undefined;
}

async function tellChanged(): Promise<void> {
  const answer = await connection.ask({ type: "devices" });
  const devices = answer.kind === "devices" ? answer.devices : undefined;
  tell(passwordChanged(devices, when).join("\n"));
}

/** Tells of the devices that need no password. */
export async function listDevices(): Promise<void> {
  const answer = await connection.ask({ type: "devices" });
  if (answer.kind === "refused") return tell(answer.sentence, "error");
  if (answer.kind !== "devices") return;
  tell(deviceLines(answer.devices, when).join("\n"));
}

/** Logs a device out. */
export async function revoke(device: string): Promise<void> {
  const answer = await connection.ask({ type: "revoke", device });
  if (answer.kind === "refused") tell(answer.sentence, "error");
  else if (answer.kind === "told") tell(answer.sentence);
}

/** A moment; a server may say anything. */
function when(ms: number): string {
  return Math.abs(ms) > 8.64e15 ? "some time ago" : new Date(ms).toLocaleString();
}
