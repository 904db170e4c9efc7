/**
 * A certificate that vouches for itself, read by others: the runtime, and OpenSSL where it is.
 *
 * @module
 */

import { createPrivateKey, X509Certificate } from "node:crypto";
import { selfSigned } from "../../../cli/tls/self_signed.ts";
import { CertificateError, checkPair } from "../../../server/mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

const DAY_MS = 86_400_000;
const FROM_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

Deno.test("a self-signed certificate is for the names and the time that were asked for", () => {
  const names = ["chat.example", "192.0.2.7", "2001:db8::1", "::1"] as const;
  const { cert, key } = selfSigned({ names: [...names], fromMs: FROM_MS, lastsMs: 90 * DAY_MS });
  const leaf = new X509Certificate(cert);
  assert(leaf.checkPrivateKey(createPrivateKey(key)));
  assert(leaf.verify(leaf.publicKey), "It is signed by its own key");
  assert(!leaf.ca);
  assertEquals(leaf.subject, "CN=chat.example");
  assertEquals(leaf.issuer, leaf.subject);
  assertEquals(Date.parse(leaf.validTo), FROM_MS + 90 * DAY_MS);
  assert(Date.parse(leaf.validFrom) < FROM_MS);
  assertEquals(leaf.checkHost("chat.example"), "chat.example");
  assertEquals(leaf.checkHost("other.example"), undefined);
  for (const ip of names.slice(1)) assertEquals(leaf.checkIP(ip), ip);
});

Deno.test("a certificate beyond 2049 says its year with four digits", () => {
  const lastsMs = Date.UTC(2051, 5, 1) - FROM_MS;
  const { cert } = selfSigned({ names: ["a"], fromMs: FROM_MS, lastsMs });
  assertEquals(Date.parse(new X509Certificate(cert).validTo), Date.UTC(2051, 5, 1));
});

Deno.test("a pair is refused with a sentence when it cannot be shown", () => {
  const one = selfSigned({ names: ["a"], fromMs: FROM_MS, lastsMs: DAY_MS });
  const other = selfSigned({ names: ["a"], fromMs: FROM_MS, lastsMs: DAY_MS });
  assertEquals(checkPair(one, FROM_MS).endsMs, FROM_MS + DAY_MS);
  for (
    const [pair, atMs, why] of [
      [{ cert: one.cert, key: other.key }, FROM_MS, "does not belong"],
      [{ cert: "nothing", key: one.key }, FROM_MS, "certificate cannot"],
      [{ cert: one.cert, key: "nothing" }, FROM_MS, "key cannot be read"],
      [one, FROM_MS + DAY_MS, "ended on 2026-01-03"],
    ] as const
  ) {
    const { message } = assertThrows(() => checkPair(pair, atMs), CertificateError);
    assert(message.includes(why), message);
  }
});
