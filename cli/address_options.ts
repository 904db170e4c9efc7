/**
 * What one address may do on a server, as options of `chat serve`, and which other addresses it trusts or may reach.
 *
 * The options say rates; what may come at once follows from them, in the proportions of the server's own defaults.
 *
 * @module
 */

import { Option } from "@commander-js/extra-typings";
import type { AddressLimits } from "../server/mod.ts";
import { EXIT, Failure } from "./failure.ts";

/** The values of these options. */
export interface AddressFlags {
  readonly addressConnections: number;
  readonly addressConnects: number;
  readonly addressLogins: number;
  readonly addressRate: number;
  readonly addressRoomRate: number;
  readonly addressPlaces: number;
  readonly addressTraffic: number;
  readonly addressSite: number;
  readonly exempt: string[];
  readonly trustedProxy: string[];
  readonly hookTo: string[];
}

/** `--trusted-proxy RANGE`. */
export function proxyOption(): Option<"--trusted-proxy <range...>", undefined, string[]> {
  return new Option("--trusted-proxy <range...>", "proxies that tell the address of who is behind")
    .env("CHAT_TRUSTED_PROXY").default([] as string[]);
}

/** `--hook-to RANGE`. */
export function hookToOption(): Option<"--hook-to <range...>", undefined, string[]> {
  return new Option("--hook-to <range...>", "private addresses that hooks may post to")
    .env("CHAT_HOOK_TO").default([] as string[]);
}

/** The limits that the options mean. */
export function addressLimits(flags: AddressFlags): AddressLimits {
  const { addressConnections, addressConnects, addressLogins, addressPlaces } = flags;
  const { addressRate, addressRoomRate, addressTraffic, addressSite } = flags;
  return {
    addressConnectionsMax: addressConnections || Infinity,
    addressConnectsPerSecond: addressConnects,
    addressConnectsBurst: burst(addressConnects, 10),
    addressLoginsPerSecond: addressLogins,
    addressLoginsBurst: burst(addressLogins, 10),
    addressMessagesPerSecond: addressRate,
    addressMessagesBurst: burst(addressRate, 2),
    addressRoomMessagesPerSecond: addressRoomRate,
    addressRoomMessagesBurst: burst(addressRoomRate, 3),
    addressPlacesMax: addressPlaces || Infinity,
    addressBytesPerSecond: addressTraffic,
    addressBytesBurst: burst(addressTraffic, 4),
    addressSiteFactor: addressSite,
  };
}

/** The ranges that are exempt. @throws {Failure} When one is none. */
export function exemptRanges({ exempt }: AddressFlags): Promise<string[]> {
  return ranges("--exempt", exempt.filter((text) => text !== "none"));
}

/** The ranges of proxies that are believed. @throws {Failure} When one is none. */
export function trustedProxies({ trustedProxy }: AddressFlags): Promise<string[]> {
  return ranges("--trusted-proxy", trustedProxy);
}

/** Private addresses that hooks may post to. @throws As above. */
export function hookTargets({ hookTo }: AddressFlags): Promise<string[]> {
  return ranges("--hook-to", hookTo);
}

async function ranges(option: string, texts: string[]): Promise<string[]> {
  const { isRange } = await import("../server/mod.ts");
  const wrong = texts.find((text) => !isRange(text));
  if (wrong === undefined) return texts;
  const example = "A range looks like 10.0.0.0/8, 2001:db8::/32 or 192.0.2.1.";
  throw new Failure(`${option} cannot be '${wrong}'. ${example}`, EXIT.usage);
}

function burst(perSecond: number, seconds: number): number {
  return Math.max(1, perSecond * seconds);
}
