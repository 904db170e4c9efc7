/**
 * The devices of an account: each shows a token instead of the password, and can be taken its own away alone.
 *
 * Of a token only a digest is kept; it holds 256 random bits, so that a quick digest is as good as a slow one. Pure, but
 * for the random numbers.
 *
 * @module
 */

import { hash } from "node:crypto";
import { randomToken } from "../../ground/mod.ts";
import { DEVICE_ID_CHARS, DEVICE_NAME_CHARS_MAX, DEVICES_MAX } from "./limits.ts";
import type { Device } from "./record.ts";
import { cleanLine } from "../text/clean.ts";
import { withoutMarks } from "../wire/mod.ts";

/** A token that was made now, and who has it. */
export interface NewDevice {
  readonly token: string;
  readonly device: Device;
}

/** The longest token that is looked at, in characters. */
const TOKEN_CHARS_MAX = 128;

/** A device that was not known before. */
export function newDevice(name: string | undefined, now: number): NewDevice {
  const token = randomToken();
  const id = randomToken().slice(0, DEVICE_ID_CHARS);
  return { token, device: { id, name: deviceName(name), hash: digest(token), seen: now } };
}

/** The device whose token this is. */
export function deviceOf(devices: readonly Device[], token: string): Device | undefined {
  if (token.length > TOKEN_CHARS_MAX) return undefined;
  const shown = digest(token);
  return devices.find(({ hash }) => hash === shown);
}

/**
 * The devices with one more. If they are too many, the one that was seen least lately goes, of those that are not here.
 */
export function withDevice(
  devices: readonly Device[],
  device: Device,
  isHere: (id: string) => boolean,
): readonly Device[] {
  if (devices.length < DEVICES_MAX) return [...devices, device];
  const away = devices.filter(({ id }) => !isHere(id));
  const among = away.length > 0 ? away : devices;
  const goes = among.reduce((oldest, one) => one.seen < oldest.seen ? one : oldest);
  return [...devices.filter((one) => one !== goes), device];
}

/** Of connections of one account, the one that came first of the device that has the most of them. */
export function mostOften<T extends { readonly device: string | undefined }>(
  here: readonly T[],
): T | undefined {
  const byDevice = Map.groupBy(here, ({ device }) => device);
  const most = [...byDevice.values()].reduce<readonly T[]>(
    (most, other) => other.length > most.length ? other : most,
    [],
  );
  return most[0];
}

/** The devices, of which one was seen now; `undefined` when that is known as exactly as it is to be. */
export function seenNow(
  devices: readonly Device[],
  id: string,
  { now, exactMs }: { readonly now: number; readonly exactMs: number },
): readonly Device[] | undefined {
  const device = devices.find((one) => one.id === id);
  if (device === undefined || now - device.seen < exactMs) return undefined;
  return devices.map((one) => one === device ? { ...one, seen: now } : one);
}

/** What a device is called in a list: one line that cannot pass for another. */
function deviceName(shown: string = ""): string {
  const clean = withoutMarks(cleanLine(shown.slice(0, DEVICE_NAME_CHARS_MAX * 2))).trim();
  return [...clean].slice(0, DEVICE_NAME_CHARS_MAX).join("") || "a device";
}

function digest(token: string): string {
  return hash("sha256", token, "base64url");
}
