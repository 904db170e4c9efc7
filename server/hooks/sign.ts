/**
 * How what is posted is signed, as Standard Webhooks have it (https://www.standardwebhooks.com): a receiver checks it with a library of
 * its language, or in two lines.
 *
 * ```text
 *   webhook-id         8f3kq2vd-<epoch>-12               the same each time that a message is posted
 *   webhook-timestamp  1764000000                        seconds since 1970, of this time: older ones are refused as repeated
 *   webhook-signature  v1,<base64 of HMAC-SHA256>        of "<id>.<timestamp>.<body>", by the secret behind `whsec_`
 * ```
 *
 * Pure.
 *
 * @module
 */

import { createHmac } from "node:crypto";

/** The headers that sign a body. @param secret 256 bits in base64. */
export function signatureOf(
  { secret, id, seconds, body }: {
    readonly secret: string;
    readonly id: string;
    readonly seconds: number;
    readonly body: Uint8Array;
  },
): Readonly<Record<string, string>> {
  const hmac = createHmac("sha256", Uint8Array.fromBase64(secret));
  const signature = hmac.update(`${id}.${seconds}.`).update(body).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": `${seconds}`,
    "webhook-signature": `v1,${signature}`,
  };
}
