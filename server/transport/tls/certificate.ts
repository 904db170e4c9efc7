/**
 * The certificate that a server shows, with its key: checked before it is used, and exchanged while the server runs.
 *
 * Whoever is connected keeps the keys that were agreed on with the old one; whoever comes next is shown the new one. One that
 * cannot be used is refused with a sentence, and the old one stays.
 *
 * @module
 */

import { createPrivateKey, X509Certificate } from "node:crypto";

/** A certificate, after which those may follow that vouch for it, and its key, as PEM. */
export interface CertificatePair {
  /** The server's own certificate first. */
  readonly cert: string;
  /** Without a password. */
  readonly key: string;
}

/** A certificate that cannot be shown; the message is a sentence that says why. */
export class CertificateError extends Error {
  /** Always `CertificateError`. */
  override readonly name = "CertificateError";
}

/** What a certificate says of itself. */
export interface CertificateFacts {
  /** SHA-256 of the certificate, in hexadecimal digits with colons: by this people compare it. */
  readonly fingerprint: string;
  /** The names and addresses that it is for. */
  readonly names: readonly string[];
  /** When it ends, in ms since 1970. */
  readonly endsMs: number;
}

/**
 * Checks that a pair can be shown.
 *
 * @param nowMs Since 1970: one that has ended already is shown to nobody.
 * @throws {CertificateError} When it cannot.
 */
export function checkPair({ cert, key }: CertificatePair, nowMs: number): CertificateFacts {
  const leaf = readCertificate(cert);
  let secret;
  try {
    secret = createPrivateKey(key);
  } catch (cause) {
    throw new CertificateError("The key cannot be read: it must be PEM, and without a password.", {
      cause,
    });
  }
  if (!leaf.checkPrivateKey(secret)) {
    throw new CertificateError("The key does not belong to the certificate.");
  }
  const facts = factsOf(leaf);
  if (facts.endsMs <= nowMs) {
    throw new CertificateError(`The certificate ended on ${dayOf(facts.endsMs)}.`);
  }
  return facts;
}

/** What the first certificate in PEM says of itself. @throws {CertificateError} When there is none. */
export function certificateFacts(cert: string): CertificateFacts {
  return factsOf(readCertificate(cert));
}

function readCertificate(cert: string): X509Certificate {
  try {
    return new X509Certificate(cert);
  } catch (cause) {
    throw new CertificateError("The certificate cannot be read: it must be PEM.", { cause });
  }
}

function factsOf(leaf: X509Certificate): CertificateFacts {
  const names = leaf.subjectAltName?.split(/, ?/).map((name) =>
    name.replace(/^(?:DNS|IP Address):/, "")
  );
  return {
    fingerprint: leaf.fingerprint256,
    names: names ?? [],
    endsMs: Date.parse(leaf.validTo),
  };
}

/** The day of a time, as people write it. */
function dayOf(ms: number): string {
  return Number.isNaN(ms) ? "an unknown day" : new Date(ms).toISOString().slice(0, 10);
}
