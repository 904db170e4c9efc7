/**
 * Under which names to log in, and how to prove that one has them.
 *
 * @module
 */

import { userName } from "../../server/wire/names/mod.ts";
import { EXIT, Failure } from "../failure.ts";
import { type Address, showAddress } from "../values.ts";
import { deviceIn, type KeptDevice, KeptDevices, readDevice } from "./kept_devices.ts";
import { givenPassword } from "./password.ts";

/** How often another name is tried when nobody chose one. */
const NAME_TRIES = 9;

/** Names, and what to show for them. */
export interface Proof {
  /** The first is meant; the others may stand for it when somebody else has it. */
  readonly names: readonly string[];
  /** The token of a device. */
  readonly device?: string;
  /** Where that comes from: this machine's own, or what its user named. */
  readonly origin?: "kept" | "CHAT_TOKEN" | "--token-file";
  readonly password?: string;
  /** What this device is called in the list of its owner. */
  readonly machine: string;
}

/** What to choose from. */
export interface ProofOptions {
  readonly server: Address;
  readonly name?: string | undefined;
  readonly tokenFile?: string | undefined;
  /** A name to come in under as a guest. */
  readonly guest?: string;
}

/** Chooses. @throws {Failure} When a token is not to be shown: it is another server's, or others can read it. */
export async function chooseProof(
  { server, name, tokenFile, guest }: ProofOptions,
  kept: KeptDevices,
): Promise<Proof> {
  const machine = machineName();
  if (guest !== undefined) return { names: [guest], machine };
  const given = await givenToken(server, tokenFile);
  const found = given ?? await ofThisMachine(kept, name);
  if (found !== undefined) {
    const { device: { token, name: owner }, origin } = found;
    const names = name !== undefined ? [name] : owner !== undefined ? [owner] : [systemName()];
    return { names, device: token, origin, machine };
  }
  const names = name === undefined ? systemNames() : [name];
  const password = await givenPassword();
  return { names, machine, ...(password === undefined ? {} : { password }) };
}

/** Whether somebody is logged in to a server from here, with the token of a device. @throws {Failure} When others can read it. */
export async function isLoggedIn(server: Address): Promise<boolean> {
  if (Deno.env.get("CHAT_TOKEN")) return true;
  return await new KeptDevices(server).find(undefined) !== undefined;
}

/** The name that somebody has who chose none. */
export function systemName(): string {
  const user = ["SUDO_USER", "USER", "LOGNAME"].map((name) => Deno.env.get(name)).find(Boolean) ??
    "guest";
  return userName(user).kind === "name" ? user : "guest";
}

/** What this machine calls itself. */
export function machineName(): string {
  try {
    return Deno.hostname();
  } catch {
    return "a machine";
  }
}

interface Found {
  readonly device: KeptDevice;
  readonly origin: NonNullable<Proof["origin"]>;
}

async function ofThisMachine(
  kept: KeptDevices,
  name: string | undefined,
): Promise<Found | undefined> {
  const device = await kept.find(name);
  return device && { device, origin: "kept" };
}

async function givenToken(server: Address, path: string | undefined): Promise<Found | undefined> {
  if (path !== undefined) {
    const device = await readDevice(path);
    if (device === undefined) throw new Failure(`There is no ${path}.`);
    const where = showAddress(server).toLowerCase();
    if (device.server !== undefined && device.server !== where) {
      throw new Failure(
        `${path} is a token for ${device.server}: it is not shown to ${where}.`,
        EXIT.usage,
      );
    }
    return { device, origin: "--token-file" };
  }
  const text = Deno.env.get("CHAT_TOKEN");
  if (!text) return undefined;
  const device = deviceIn(text.trim());
  if (device === undefined) throw new Failure("CHAT_TOKEN is no token of a device.", EXIT.usage);
  return { device, origin: "CHAT_TOKEN" };
}

/** The system's name for the user, also behind sudo, as far as it can be a name; then the same with numbers. */
function systemNames(): string[] {
  const base = systemName();
  const numbers = Array.from({ length: NAME_TRIES }, (_, index) => index + 2);
  return [base, ...numbers.map((number) => `${base.slice(0, 29)}-${number}`)];
}
