/**
 * Handshakes of TLS that are no good: over and over, begun and left, in crumbs, changed, without end. A handshake costs a server a
 * hundred times what it costs whoever asks for it, and memory until it is done.
 *
 * @module
 */

import { anyOf, type Attack, type Peer } from "../attack.ts";
import { joined, MIB } from "../bytes.ts";
import { bodyOf, clientHello, RECORD, record } from "../client_hello.ts";

let made: Promise<Uint8Array> | undefined;
const hello = () => made ??= clientHello();

function bytesOf({ random }: Peer, count: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: count }, () => Math.floor(random() * 256));
}

/** Asks for a handshake, and goes when it has an answer. */
const helloFlood: Attack = {
  name: "hello-flood",
  root: "a handshake is dear, and free for whoever asks",
  onTls: true,
  bound: { connections: 200, connectsPerSecond: 2_000, bytesPerSecond: 16 * MIB },
  async *peer({ rest }) {
    yield await hello();
    await rest(10);
  },
};

/** The same, all from one address. */
const helloFloodOfOne: Attack = {
  ...helloFlood,
  name: "hello-flood-of-one",
  from: "one address",
};

/** More handshakes than may be under way, none of which is ever gone on with: all have their answer, and say nothing to it. */
const hellosLeft: Attack = {
  name: "hellos-left",
  root: "who begins a handshake and leaves it keeps the place of somebody who would be done",
  onTls: true,
  bound: { connections: 1_200, connectsPerSecond: 2_000, bytesPerSecond: 16 * MIB },
  async *peer({ rest }) {
    yield await hello();
    await rest(Infinity);
  },
};

/** The same with half of the first words. */
const halfHellos: Attack = {
  name: "half-hellos",
  root: "a handshake that is not even begun is waited for",
  onTls: true,
  bound: { connections: 1_200, connectsPerSecond: 2_000, bytesPerSecond: 16 * MIB },
  async *peer({ index, rest }) {
    const whole = await hello();
    yield whole.subarray(0, 1 + index % (whole.length - 1));
    await rest(Infinity);
  },
};

/** A byte of the first words now and then, at both doors. */
const slowHellos: Attack = {
  name: "slow-hellos",
  root: "who is slow keeps a place for as long as it likes",
  onTls: true,
  bound: { connections: 300, connectsPerSecond: 600, bytesPerSecond: MIB },
  async *peer({ rest }) {
    for (const byte of await hello()) {
      yield Uint8Array.of(byte);
      await rest(200);
    }
  },
};

/** The same through the second door. */
const slowWebHellos: Attack = {
  ...slowHellos,
  name: "slow-web-hellos",
  door: "http",
};

/** First words of which each byte is a record of its own. */
const crumbs: Attack = {
  name: "hellos-in-crumbs",
  root: "each record costs, however little is in it",
  onTls: true,
  bound: { connections: 100, connectsPerSecond: 400, bytesPerSecond: MIB },
  async *peer({ rest }) {
    const body = bodyOf(await hello());
    yield joined([...body].map((byte) => record(RECORD.handshake, Uint8Array.of(byte))));
    await rest(20);
  },
};

/** Anything at all behind the byte that begins TLS. */
const garbage: Attack = {
  name: "garbage-as-tls",
  root: "whoever says that it speaks TLS is believed",
  onTls: true,
  bound: { connections: 100, connectsPerSecond: 1_000, bytesPerSecond: 16 * MIB },
  async *peer(me) {
    const rest = bytesOf(me, Math.floor(me.random() ** 4 * 40_000));
    yield joined([Uint8Array.of(RECORD.handshake), rest]);
    if (me.index % 2 === 0) await me.closeWrite();
    await me.rest(20);
  },
};

/** First words with a few bytes changed. */
const changedHellos: Attack = {
  name: "changed-hellos",
  root: "what is nearly right is taken for right",
  onTls: true,
  bound: { connections: 100, connectsPerSecond: 1_000, bytesPerSecond: 16 * MIB },
  async *peer(me) {
    const changed = (await hello()).slice();
    for (let n = 1 + Math.floor(me.random() * 4); n > 0; n--) {
      // What comes behind the length of the record, mostly.
      const at = 3 + Math.floor(me.random() * (changed.length - 3));
      changed[at] = Math.floor(me.random() * 256);
    }
    yield changed;
    await me.rest(20);
  },
};

/** First words that tell of 16 MiB, and go on for as long as somebody listens. */
const endlessHellos: Attack = {
  name: "endless-hellos",
  root: "what is longer than it may be is held until it is whole",
  onTls: true,
  bound: { connections: 64, connectsPerSecond: 200, bytesPerSecond: 64 * MIB },
  *peer({ index }) {
    const kind = index % 2 === 0 ? 0x01 : 0x0b;
    yield record(RECORD.handshake, Uint8Array.of(kind, 0xff, 0xff, 0xff));
    const more = record(RECORD.handshake, new Uint8Array(16 << 10));
    for (let sent = 0; sent < 16 * MIB; sent += more.length) yield more;
  },
};

/** Records that have no place there: before the first words, behind them, empty, longer than a record may be, without end. */
const oddRecords: Attack = {
  name: "odd-records",
  root: "a record that means nothing costs all the same, and more may come",
  onTls: true,
  bound: { connections: 64, connectsPerSecond: 400, bytesPerSecond: 16 * MIB },
  async *peer(me) {
    const first = await hello();
    if (me.index % 2 === 0) yield first;
    else yield record(RECORD.handshake, new Uint8Array(0));
    for (let n = 0; n < 2_000; n++) {
      const kind = anyOf(me, [
        RECORD.cipher,
        RECORD.alert,
        RECORD.handshake,
        RECORD.data,
        0x18,
        0xff,
      ]);
      const body = anyOf(me, [
        new Uint8Array(0),
        Uint8Array.of(1),
        // A warning that means nothing.
        Uint8Array.of(1, 100),
        bytesOf(me, 100),
      ]);
      const length = anyOf(me, [body.length, body.length, 0xffff]);
      yield record(kind, body, length);
    }
  },
};

/** All of these. */
export const tlsAttacks: readonly Attack[] = [
  helloFlood,
  helloFloodOfOne,
  hellosLeft,
  halfHellos,
  slowHellos,
  slowWebHellos,
  crumbs,
  garbage,
  changedHellos,
  endlessHellos,
  oddRecords,
];
