/**
 * What one address may do on a server, as options of `chat serve`; where HTTP is answered, and whom a browser's page may come from.
 *
 * The options say rates; what may come at once follows from them, in the proportions of the server's own defaults.
 *
 * @module
 */

import { Option } from "@commander-js/extra-typings";
import type { AddressLimits } from "../server/mod.ts";
import { EXIT, Failure } from "./failure.ts";
import { type Address, listenAddress } from "./values.ts";

/** The shortest `--metrics-token`: what the server says of it, known here without loading the server. */
const METRICS_TOKEN_CHARS_MIN = 16;

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
  readonly origin: string[];
  readonly trustedProxy: string[];
  readonly hookTo: string[];
  readonly metricsToken?: string | undefined;
}

/** `--http HOST:PORT`. */
export function httpOption(): Option<"--http <host:port>", undefined, undefined, Address> {
  return new Option(
    "--http <host:port>",
    "answer HTTP there: /metrics, /healthz, /readyz, /hooks, /ws",
  )
    .env("CHAT_HTTP").argParser(listenAddress);
}

/** `--metrics-token TOKEN`. */
export function metricsTokenOption(): Option<"--metrics-token <token>"> {
  return new Option("--metrics-token <token>", "who asks for /metrics has to show this (Bearer)")
    .env("CHAT_METRICS_TOKEN");
}

/** The token for metrics. @throws {Failure} When it could be guessed. */
function metricsToken(
  { metricsToken: token }: Pick<AddressFlags, "metricsToken">,
): { readonly metricsToken?: string } {
  if (token === undefined || token === "") return {};
  if (token.length >= METRICS_TOKEN_CHARS_MIN) return { metricsToken: token };
  const least = `${METRICS_TOKEN_CHARS_MIN} characters or more`;
  throw new Failure(
    `--metrics-token has ${least}: CHAT_METRICS_TOKEN shows it to fewer.`,
    EXIT.usage,
  );
}

/** `--origin URL`. */
export function originOption(): Option<"--origin <url...>", undefined, string[]> {
  return new Option("--origin <url...>", "public address of --http, such as a TLS proxy's")
    .env("CHAT_ORIGIN").default([] as string[]);
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

/** How HTTP is answered, beside where. @throws As the two below. */
export async function webOptions(flags: AddressFlags & { readonly http?: unknown }): Promise<{
  readonly origins: string[];
  readonly metricsToken?: string;
}> {
  return { origins: await publicOrigins(flags), ...metricsToken(flags) };
}

/** The public addresses. @throws {Failure} When one is none, or there is nothing that they are addresses of. */
async function publicOrigins(
  { origin, http }: AddressFlags & { readonly http?: unknown },
): Promise<string[]> {
  const { isOrigin } = await import("../server/mod.ts");
  const wrong = origin.find((text) => !isOrigin(text));
  if (wrong !== undefined) {
    const example = "A public address looks like https://chat.example, without a path.";
    throw new Failure(`--origin cannot be '${wrong}'. ${example}`, EXIT.usage);
  }
  if (origin.length > 0 && http === undefined) {
    throw new Failure("--origin says where --http is found: give --http, too.", EXIT.usage);
  }
  return origin;
}

function burst(perSecond: number, seconds: number): number {
  return Math.max(1, perSecond * seconds);
}
