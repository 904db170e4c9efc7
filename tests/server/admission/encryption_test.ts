/**
 * Who pays for a handshake of TLS, and when.
 *
 * @module
 */

import { selfSigned } from "../../../cli/tls/self_signed.ts";
import { Encryption } from "../../../server/admission/encryption.ts";
import { HANDSHAKE_MS } from "../../../server/admission/limits.ts";
import { type Account, FREE } from "../../../server/budget/mod.ts";
import { noCounts } from "../../../server/figures/counters.ts";
import type { WireGuest } from "../../../server/transport/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { within } from "../../within.ts";
import { handWire } from "../hand_wire.ts";

const pair = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });
const guest: WireGuest = {
  onBytes: () => undefined,
  onWritable: () => {},
  onBroken: () => {},
  onEnd: () => {},
};

Deno.test("a handshake is paid before it begins, and begins when its turn has come", async () => {
  const counters = noCounts();
  const encryption = new Encryption(pair, counters);
  const events: string[] = [];
  const answered = Promise.withResolvers<void>();
  const turn = Promise.withResolvers<void>();
  const payer: Account = {
    ...FREE,
    spend: ({ workMs }) => void events.push(`paid ${workMs}`),
    serveDear: (work) => turn.promise.then(() => work()) as never,
  };
  let feed: (bytes: Uint8Array) => Promise<void> | undefined = () => undefined;
  const below = {
    ...handWire(({ length }) => {
      answered.resolve();
      return length;
    }),
    open: (its: WireGuest) => void (feed = (bytes) => its.onBytes(bytes)),
  };
  const wire = encryption.over(below, payer, () => new Uint8Array(0));
  wire.open(guest);
  const first = feed(Uint8Array.of(0x16, 3, 1, 0, 5, 9, 9, 9, 9, 9));
  assertEquals(first, undefined, "Whoever waits is read on, so that his end is noticed");
  assertEquals(events, [`paid ${HANDSHAKE_MS}`]);
  const held = feed(new Uint8Array(20_000));
  assert(held !== undefined, "But no more than first words are held of him");
  assert(wire.heldBytes >= 20_010, `Known are ${wire.heldBytes} bytes`);
  turn.resolve();
  await held;
  await within(answered.promise, "an answer");
  assertEquals(counters.handshakesFailed, 1, "What is no handshake is told so");
  wire.close();
  encryption.close();
});

Deno.test("whoever goes before the turn has come leaves the place to others", async () => {
  const counters = noCounts();
  const encryption = new Encryption(pair, counters);
  const turn = Promise.withResolvers<void>();
  const payer: Account = { ...FREE, serveDear: (work) => turn.promise.then(() => work()) as never };
  let feed: (bytes: Uint8Array) => Promise<void> | undefined = () => undefined;
  let end = (): void => {};
  const below = {
    ...handWire(),
    open: (its: WireGuest) => {
      feed = (bytes) => its.onBytes(bytes);
      end = () => its.onEnd();
    },
  };
  const wire = encryption.over(below, payer, () => new Uint8Array(0));
  let ends = 0;
  wire.open({ ...guest, onEnd: () => ends++ });
  feed(Uint8Array.of(0x16, 3, 1));
  const held = feed(new Uint8Array(20_000));
  end();
  assertEquals(ends, 1, "His end is heard at once");
  wire.close();
  turn.resolve();
  await held;
  assertEquals(counters.handshakesFailed, 1);
  encryption.close();
});

Deno.test("bytes by which nothing is said are paid by the time that they took", async () => {
  const encryption = new Encryption(pair, noCounts());
  const paid: number[] = [];
  const payer: Account = { ...FREE, spend: ({ workMs = 0 }) => void paid.push(workMs) };
  let feed: (bytes: Uint8Array) => Promise<void> | undefined = () => undefined;
  const below = {
    ...handWire(),
    open: (its: WireGuest) => void (feed = (bytes) => its.onBytes(bytes)),
  };
  const wire = encryption.over(below, payer, () => new Uint8Array(0));
  wire.open(guest);
  // A record of 512 bytes that comes in part.
  await feed(Uint8Array.of(0x16, 3, 1, 2, 0, 1));
  await feed(Uint8Array.of(0, 1, 0xfc));
  assertEquals(paid.length, 2, "The handshake, and what came behind its beginning");
  wire.close();
  encryption.close();
});
