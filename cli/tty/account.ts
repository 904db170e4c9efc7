/**
 * What the terminal does about its user's account, and what it says of that.
 *
 * @module
 */

import type { Client, DeviceList, Welcome } from "../../server/wire/mod.ts";
import type { AccountEffect, Outcome } from "./model.ts";
import { safeText } from "./safe.ts";

/** What this machine keeps of accounts. */
export interface AccountKeeping {
  /** What this device is called in its owner's list. */
  readonly machine: string;
  /** Keeps the token that a welcome brings. @throws When that is not possible. */
  keep(welcome: Welcome): Promise<void>;
  /** Forgets it. */
  forget(name: string): Promise<void>;
}

/** Asks the server, and says what came of it. */
export async function performAccount(
  client: Client,
  keeping: AccountKeeping | undefined,
  effect: AccountEffect,
): Promise<Outcome> {
  switch (effect.kind) {
    case "register": {
      const welcome = await client.accounts.register(effect.password, keeping?.machine);
      return { ...done(await kept(welcome, keeping)), begins: true };
    }
    case "password":
      await client.accounts.changePassword(effect.old, effect.password);
      return done(["Your password is changed. Your devices stay logged in: /devices."]);
    case "devices":
      return done(deviceLines(await client.accounts.devices()));
    case "revoke": {
      const { status } = client;
      await client.accounts.revokeDevice(effect.device);
      const here = status.kind === "online" && status.welcome.deviceId === effect.device;
      if (!here) return done(["It is logged out."]);
      await keeping?.forget(client.name).catch(() => {});
      return done(["This machine is logged out: it will ask for the password the next time."]);
    }
    default:
      return effect satisfies never;
  }
}

async function kept(welcome: Welcome, keeping: AccountKeeping | undefined): Promise<string[]> {
  const yours = `The name ${safeText(welcome.username)} is yours now.`;
  if (welcome.device === undefined || keeping === undefined) return [yours];
  try {
    await keeping.keep(welcome);
    return [`${yours} This machine needs no password for it.`];
  } catch (error) {
    const why = safeText(error instanceof Error ? error.message : String(error));
    return [`${yours} This machine will ask for the password: its token cannot be kept. ${why}`];
  }
}

/** The devices, each with the id by which it can be revoked. */
export function deviceLines({ devices }: Pick<DeviceList, "devices">): string[] {
  if (devices.length === 0) return ["No device is logged in without a password."];
  const rows = devices.map(({ id, name, lastSeen, here = false }) =>
    `${safeText(id)}  ${safeText(name)}, ${here ? "this one" : `seen ${when(lastSeen)}`}`
  );
  return [...rows, "/revoke ID logs one out."];
}

/** A day and an hour; a server may say anything. */
function when(ms: number): string {
  return Math.abs(ms) > 8.64e15
    ? "some time ago"
    : `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function done(sentences: readonly string[]): Extract<Outcome, { kind: "accountDone" }> {
  return { kind: "accountDone", sentences };
}
