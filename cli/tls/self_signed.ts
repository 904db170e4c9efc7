/**
 * A certificate that vouches for itself, with its key: for machines of one's own and for trying, where nobody else vouches for them.
 *
 * ```text
 *   certificate:  to be signed │ ecdsa-with-SHA256 │ signature by its own key (P-256)
 *   to be signed: version 3 │ serial number │ issuer = subject │ from, to │ key │ extensions:
 *                 it vouches for no other · for signatures · of servers · for these names
 * ```
 *
 * Whoever trusts it knows it by its fingerprint (`trust.ts`); whoever wants one that strangers trust has a tool for that get it.
 *
 * @module
 */

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import {
  bits,
  element,
  generalName,
  integer,
  octets,
  oid,
  sequence,
  time,
  TRUE,
  utf8,
} from "./der.ts";

/** What a certificate is to say. */
export interface SelfSignedOptions {
  /** Names and addresses of the server; the first is the one that it is called by. */
  readonly names: readonly [string, ...string[]];
  /** From when on, in ms since 1970. */
  readonly fromMs: number;
  /** For how long, in ms. */
  readonly lastsMs: number;
}

const ECDSA_WITH_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));
/** Clocks differ: it is good a little before it was made. */
const EARLIER_MS = 300_000;

/** Makes one, and its key, as PEM. */
export function selfSigned({ names, fromMs, lastsMs }: SelfSignedOptions): {
  readonly cert: string;
  readonly key: string;
} {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(
    element(0x31, sequence(oid("2.5.4.3"), utf8(names[0].slice(0, COMMON_NAME_CHARS_MAX)))),
  );
  const serial = randomBytes(16);
  const toBeSigned = sequence(
    element(0xa0, integer(Uint8Array.of(2))),
    integer(serial),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(fromMs - EARLIER_MS), time(fromMs + lastsMs)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    element(0xa3, extensions(names)),
  );
  const signature = sign("sha256", toBeSigned, privateKey);
  return {
    cert: pem("CERTIFICATE", sequence(toBeSigned, ECDSA_WITH_SHA256, bits(signature))),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** As many as the field may have. */
const COMMON_NAME_CHARS_MAX = 64;

function extensions(names: readonly string[]): Uint8Array {
  return sequence(
    // A certificate that may vouch for others is refused as a server's own.
    sequence(oid("2.5.29.19"), TRUE, octets(sequence())),
    sequence(oid("2.5.29.15"), TRUE, octets(bits(Uint8Array.of(0x80), 7))),
    sequence(oid("2.5.29.37"), octets(sequence(oid("1.3.6.1.5.5.7.3.1")))),
    sequence(oid("2.5.29.17"), octets(sequence(...names.map(generalName)))),
  );
}

function pem(label: string, der: Uint8Array): string {
  const lines = der.toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
