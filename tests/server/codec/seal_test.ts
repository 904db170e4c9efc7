/**
 * A browser's secrets are of use with both halves alone.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
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

const WELCOME: Welcome = {
  type: "Welcome",
  username: "Anna",
  rooms: [],
  server: "chat/1",
  protocol: 1,
  durability: "none",
};

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
  const secret = randomToken();
  const { device, session, ...rest } = told({ ...WELCOME, device: "D", session: secret });
  assert(device !== undefined && session !== undefined && device !== "D" && session !== secret);
  assertEquals(rest, WELCOME);
  assertEquals(told(WELCOME), WELCOME);
  const login = { type: "Login", username: "Anna" } as const;
  assertEquals(heard({ ...login, device, session }), { ...login, device: "D", session: secret });
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

Deno.test("the secret of what a page chose is its HMAC-SHA256 by the key", () => {
  const key = randomToken();
  fc.assert(fc.property(fc.string({ maxLength: 200, unit: "grapheme" }), (chosen) => {
    const hmac = createHmac("sha256", Buffer.from(key, "base64url")).update(`session\n${chosen}`);
    assertEquals(sealOf(key).derive(chosen), hmac.digest("base64url"));
  }));
});

Deno.test("a page hears of its session what it keeps already, be it chosen, sealed or begun here", () => {
  const seal = sealOf(randomToken());
  const told = (codec: SealedCodec, session: string) => {
    const decoded = decodeBody(codec.encode({ ...WELCOME, session }).subarray(FRAME_HEADER_BYTES));
    assert(decoded.kind !== "bad_frame");
    return (decoded.value as unknown as Welcome).session ?? "";
  };
  const comes = (session: string) => {
    const codec = new SealedCodec(1 << 20, seal);
    codec.feed(encodeFrame({ type: "Login", username: "Anna", session }));
    const heard = codec.next();
    assert(typeof heard === "object" && heard.kind === "message" && heard.message.type === "Login");
    return { codec, secret: heard.message.session ?? "" };
  };
  const fresh = new SealedCodec(1 << 20, seal);
  const begun = fresh.newSecret();
  const kept = told(fresh, begun);
  assert(kept !== begun);
  assertEquals(comes(kept).secret, begun);
  for (const shown of [kept, crypto.randomUUID(), seal.close(randomToken())]) {
    const { codec, secret } = comes(shown);
    assert(secret !== shown);
    assertEquals(told(codec, secret), shown);
    // Another one's is sealed.
    assertEquals(seal.open(told(codec, begun + "x")), begun + "x");
  }
});
