/**
 * Everybody in the model's test, with their devices and what these prove themselves by.
 *
 * @module
 */

import { assert } from "../../assert.ts";
import { House } from "./house.ts";

/** Somebody's device. */
export interface Device {
  readonly key: string;
  /** Under which names it comes. */
  readonly names: readonly string[];
  /** The secret of its session. */
  readonly session: string;
  /** Whether it speaks lines, and so has no session to go on with. */
  readonly lines?: boolean;
  /** The token of its account, if it has one: by name. */
  readonly tokens: ReadonlyMap<string, string>;
}

const PASSWORD = "correct horse battery";
const ACCOUNTS: readonly (readonly [name: string, devices: number])[] = [
  ["Olga", 2],
  ["Mia", 1],
  ["Anna", 2],
  ["Root", 1],
];
/** Guests. The stranger comes under a guest's name, under an account's and under his own. */
const GUESTS: readonly (readonly [key: string, names: readonly string[]])[] = [
  ["Ben", ["Ben"]],
  ["Cleo", ["Cleo"]],
  ["stranger", ["Ben", "Anna", "Mal"]],
];

/** All names, for those who are meant by something: the one more often that two have in turn. */
export const NAMES = [
  "Olga",
  "Mia",
  "Anna",
  "Root",
  "Ben",
  "Cleo",
  "Mal",
  "Ben",
  "Ned",
  "Bot",
] as const;

/** How a session's secret is made from whose it is. */
export function sessionOf(key: string): string {
  return `${key}-${"x".repeat(40)}`;
}

/** Everybody, and a disk on which those have accounts who do. Made once: hashes and tokens cost time. */
export async function everybody(clock: () => number): Promise<{
  readonly devices: readonly Device[];
  readonly files: ReadonlyMap<string, Uint8Array>;
}> {
  const operator = "operator".repeat(5);
  const house = new House(new Map(), clock);
  await house.start(operator);
  const devices: Device[] = [];
  for (const [name, count] of ACCOUNTS) {
    for (let n = 0; n < count; n++) {
      const line = house.connect();
      const type = n === 0 ? "Register" : "Login";
      const welcome = await line.ask({ type, username: name, password: PASSWORD });
      const token = welcome?.["device"];
      assert(typeof token === "string", JSON.stringify(welcome));
      const key = n === 0 ? name : `${name}'s second`;
      devices.push({
        key,
        names: [name],
        session: sessionOf(key),
        tokens: new Map([[name, token]]),
      });
      await line.close();
    }
  }
  const line = house.connect();
  await line.ask({ type: "Login", username: "Setup", operator });
  await line.ask({ type: "SetRole", username: "Root", role: "operator" });
  await line.close();
  for (const [key, names] of GUESTS) {
    devices.push({ key, names, session: sessionOf(key), tokens: new Map() });
  }
  devices.push({ key: "Ned", names: ["Ned"], session: "", lines: true, tokens: new Map() });
  await house.stop();
  return { devices, files: house.files };
}
