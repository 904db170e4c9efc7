/**
 * A browser's secrets are of use with both halves alone.
 *
 * @module
 */

import fc from "fast-check";
import { Seal } from "../../../server/codec/seal.ts";
import { SealedCodec } from "../../../server/codec/sealed_codec.ts";
import { randomToken } from "../../../ground/mod.ts";
import {
  decodeBody,
  encodeFrame,
  FRAME_HEADER_BYTES,
  type Welcome,
} from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

function sealOf(key: string): Seal {
  const seal = Seal.of(key);
  assert(seal !== undefined);
  return seal;
}

Deno.test("what was sealed opens by its key alone, and not when a bit of it is another", () => {
  const [key, other] = [randomToken(), randomToken()];
  fc.assert(
    fc.property(fc.string({ maxLength: 100, minLength: 1, unit: "grapheme" }), (secret) => {
      const sealed = sealOf(key).close(secret);
      assertEquals(sealOf(key).open(sealed), secret);
      assertEquals(sealOf(other).open(sealed), undefined);
      assert(!sealed.includes(secret) || secret.length < 4);
    }),
    { numRuns: 50 },
  );
  const sealed = Uint8Array.fromBase64(sealOf(key).close(randomToken()), { alphabet: "base64url" });
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    const text = changed.toBase64({ alphabet: "base64url", omitPadding: true });
    assertEquals(sealOf(key).open(text), undefined);
  }
});

Deno.test("a seal never looks the same twice, and what is none opens to nothing", () => {
  const seal = sealOf(randomToken());
  assert(seal.close("a token") !== seal.close("a token"));
  for (const text of ["", "a", "_".repeat(300), "a".repeat(38), randomToken(), "é💥 ;"]) {
    assertEquals(seal.open(text), undefined);
  }
  for (const key of ["", "short", "_".repeat(44), `${"a".repeat(42)}=`, `${"a".repeat(42)};`]) {
    assertEquals(Seal.of(key), undefined);
  }
});

Deno.test("of a page's frames the welcome is sealed and the login opened, and nothing else is changed", () => {
  const seal = sealOf(randomToken());
  const codec = new SealedCodec(1 << 20, seal);
  const heard = (message: Parameters<typeof encodeFrame>[0]) => {
    codec.feed(encodeFrame(message));
    const heard = codec.next();
    assert(typeof heard === "object" && heard.kind === "message");
    return heard.message;
  };
  const told = (message: Parameters<typeof codec.encode>[0]) => {
    const decoded = decodeBody(codec.encode(message).subarray(FRAME_HEADER_BYTES));
    assert(decoded.kind !== "bad_frame");
    return decoded.value as Record<string, string>;
  };
  const welcome: Welcome = {
    type: "Welcome",
    username: "Anna",
    rooms: [],
    server: "chat/1",
    protocol: 1,
    durability: "none",
  };
  const { device, session, ...rest } = told({ ...welcome, device: "D", session: "S" });
  assert(device !== undefined && session !== undefined && device !== "D" && session !== "S");
  assertEquals(rest, welcome);
  assertEquals(told(welcome), welcome);
  const login = { type: "Login", username: "Anna" } as const;
  assertEquals(heard({ ...login, device, session }), { ...login, device: "D", session: "S" });
  assertEquals(heard(login), login);
  // A token that was stolen elsewhere, or made up, is no token here; a session begins anew.
  assertEquals(heard({ ...login, device: "D", session: "S" }), { ...login, device: "" });
  const asked = { type: "ListUsers", user: "device" } as const;
  assertEquals(heard(asked), asked);
});

Deno.test("what a page chose is the same session each time by its key, and another by any other", () => {
  const [seal, other] = [sealOf(randomToken()), sealOf(randomToken())];
  const opened = (by: Seal, session: string) => {
    const codec = new SealedCodec(1 << 20, by);
    codec.feed(encodeFrame({ type: "Login", username: "Anna", session }));
    const heard = codec.next();
    assert(typeof heard === "object" && heard.kind === "message");
    const { message } = heard;
    assert(message.type === "Login");
    return message.session;
  };
  const chosen = crypto.randomUUID();
  const secret = opened(seal, chosen);
  assert(secret !== undefined && secret !== chosen);
  assertEquals(opened(seal, chosen), secret);
  assert(opened(seal, crypto.randomUUID()) !== secret);
  assert(opened(other, chosen) !== secret);
  // What was sealed is the secret itself, and by another key none.
  assertEquals(opened(seal, seal.close(secret)), secret);
  assertEquals(opened(other, seal.close(secret)), undefined);
  for (const none of ["", "x".repeat(31), "x".repeat(65), `${"x".repeat(40)}é`]) {
    assertEquals(opened(seal, none), undefined);
  }
});
