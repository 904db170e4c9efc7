/**
 * What a client says of the devices that are logged in to its user's account. Pure: how a moment looks is its own business.
 *
 * @module
 */

/** A device, as the server lists it. */
interface Device {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly lastSeen: number;
  /** It is this one. */
  readonly here?: boolean;
}

const HOW_TO_END = "/revoke ID logs one out.";

/** All of them, each with the id by which it can be logged out. */
export function deviceLines(
  devices: readonly Device[],
  when: (ms: number) => string,
): readonly string[] {
  if (devices.length === 0) return ["No device is logged in without a password."];
  return [...devices.map((device) => lineOf(device, when)), HOW_TO_END];
}

/**
 * What is said when the password was changed: a token that somebody else may have is worth as much as before.
 *
 * @param devices `undefined` where they cannot be asked for.
 */
export function passwordChanged(
  devices: readonly Device[] | undefined,
  when: (ms: number) => string,
): readonly string[] {
  const changed = "Your password is changed.";
  if (devices === undefined) return [`${changed} Your devices stay logged in: /devices.`];
  const others = devices.filter(({ here }) => here !== true);
  if (others.length === 0) return [`${changed} No other device is logged in.`];
  const stay = others.length === 1 ? "This other device stays" : "These other devices stay";
  const rows = others.map((device) => lineOf(device, when));
  return [`${changed} ${stay} logged in without it:`, ...rows, HOW_TO_END];
}

function lineOf({ id, name, lastSeen, here }: Device, when: (ms: number) => string): string {
  return `${id}: ${name}, ${here === true ? "this one" : `seen ${when(lastSeen)}`}`;
}
