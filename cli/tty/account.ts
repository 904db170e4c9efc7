/**
 * What the terminal does about its user's account, and what it says of that.
 *
 * @module
 */

import {
  ChatError,
  type Client,
  ClosedError,
  type DeviceList,
  type Welcome,
} from "../../server/wire/mod.ts";
import { deviceLines, passwordChanged } from "../../talk/mod.ts";
import type { AccountEffect } from "./effects.ts";
import type { Outcome } from "./outcomes.ts";
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
      return done(shown(passwordChanged(await devicesOf(client), when)));
    case "devices":
      return done(devicesShown(await client.accounts.devices()));
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

/** The devices; `undefined` when the server does not say: what was asked for before is done all the same. */
async function devicesOf({ accounts }: Client): Promise<DeviceList["devices"] | undefined> {
  try {
    return (await accounts.devices()).devices;
  } catch (error) {
    if (error instanceof ChatError || error instanceof ClosedError) return undefined;
    throw error;
  }
}

/** The devices, whatever their names are. */
export function devicesShown({ devices }: Pick<DeviceList, "devices">): string[] {
  return shown(deviceLines(devices, when));
}

function shown(lines: readonly string[]): string[] {
  return lines.map(safeText);
}

/** A day and a time; a server may say anything. */
function when(ms: number): string {
  return Math.abs(ms) > 8.64e15
    ? "some time ago"
    : `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function done(sentences: readonly string[]): Extract<Outcome, { kind: "accountDone" }> {
  return { kind: "accountDone", sentences };
}
