/**
 * Reads what people type as option values: ports, counts, addresses, names.
 *
 * Each reader either gives a value that the rest of the program can rely on, or says in one sentence what
 * it wanted. Commander puts the option's name before that sentence, also for values from the
 * environment.
 *
 * @module
 */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import { parseBytes, parseDuration } from "../ground/mod.ts";
import type { TlsTrust } from "../server/wire/mod.ts";

/** The port that a server listens on unless it is told otherwise. */
export const PORT_DEFAULT = 8080;

/** Where a server is. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** Whom to believe over TLS; left out, it is not spoken. */
  readonly tls?: TlsTrust;
}

/** A port: 0 to 65535. */
export function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) {
    throw new InvalidArgumentError("A port is a whole number from 0 to 65535.");
  }
  return number;
}

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < min || number > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    }
    return number;
  };
}

/** A duration of a second or more, in ms. */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === 0) throw new InvalidArgumentError("A duration cannot be 0.");
  if (ms === undefined) {
    throw new InvalidArgumentError("A duration is a whole number with s, m, h, d, w or y: 90d.");
  }
  return ms;
}

/** A number of bytes that is at least `min`, and at most `max`. */
export function bytesFrom(
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const bytes = parseBytes(text);
    if (bytes === undefined) {
      throw new InvalidArgumentError("A size is a number of bytes, such as 500k, 2M or 1.5GiB.");
    }
    if (bytes > max || bytes < min && max < Number.MAX_SAFE_INTEGER) {
      throw new InvalidArgumentError(`It must be from ${min} to ${max} bytes.`);
    }
    if (bytes < min) throw new InvalidArgumentError(`It must be ${min} bytes or more.`);
    return bytes;
  };
}

/** `[IPv6]` or `[IPv6]:PORT`. */
const BRACKETED = /^\[(?<host>[0-9a-f:.]+)\](?::(?<port>\d+))?$/i;
/** `HOST` or `HOST:PORT`. */
const PLAIN = /^(?<host>[^:\s\[\]]+)(?::(?<port>\d+))?$/;
/** An IPv6 address alone: at least two colons. */
const BARE_IPV6 = /^(?<host>[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*)$/i;

/** `HOST`, `HOST:PORT`, `[IPv6]:PORT` or a bare IPv6 address; with `chats://` before it over TLS. */
export function address(text: string): Address {
  const [, scheme, place = ""] = /^(?:(chats?):\/\/)?(.*?)\/?$/.exec(text) ?? [];
  const plain = plainAddress(place);
  // Whom to believe is settled when all options are read.
  return scheme === "chats" ? { ...plain, tls: {} } : plain;
}

function plainAddress(text: string): Address {
  const groups = (BRACKETED.exec(text) ?? PLAIN.exec(text) ?? BARE_IPV6.exec(text))?.groups;
  const host = groups?.["host"];
  if (host === undefined) {
    throw new InvalidArgumentError(
      "An address looks like HOST, HOST:PORT, [IPv6]:PORT or chats://HOST:PORT.",
    );
  }
  const digits = groups?.["port"];
  return { host, port: digits === undefined ? PORT_DEFAULT : port(digits) };
}

/** `HOST:PORT`: where to listen, for which no port is usual. */
export function listenAddress(text: string): Address {
  const groups = (BRACKETED.exec(text) ?? PLAIN.exec(text))?.groups;
  if (groups?.["port"] === undefined) {
    throw new InvalidArgumentError(
      "It looks like HOST:PORT or [IPv6]:PORT; port 0 for a free one.",
    );
  }
  return plainAddress(text);
}

/** A host that one can listen on: a name, or an address. */
export function host(text: string): string {
  const isHost = /^\[[0-9a-f:.]+\]$/i.test(text) || BARE_IPV6.test(text) ||
    /^[^:\s\[\]/@?#]+$/.test(text);
  if (isHost) return text;
  throw new InvalidArgumentError("A host is a name or an address, without a port.");
}

/** Where something is on the web. */
export function webAddress(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError(
    "It looks like https://chat.example or https://chat.example/path.",
  );
}

/** An address as people read it. */
export function showAddress({ host, port }: Pick<Address, "host" | "port">): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
