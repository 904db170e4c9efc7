/**
 * Events: the bytes that are drawn, and each field that may be there or not.
 *
 * @module
 */

import fc from "fast-check";
import { Addresses, AF } from "../../observe/address.ts";
import {
  bytesOf,
  decodeIo,
  type EventContext,
  functionNames,
  HAS,
  IO_EVENT,
  IO_EVENT_BYTES,
  operationOf,
} from "../../observe/event.ts";
import type { Io } from "../../observe/observation.ts";
import { assertEquals } from "../assert.ts";

const PROBED: EventContext = {
  functions: functionNames(["__sys_sendto", "__sys_recvfrom", "tcp_sendmsg", "sock_recv_length"]),
  addresses: new Addresses(),
};

/** The bytes that event.ts draws. */
async function drawn(): Promise<DataView> {
  const source = await Deno.readTextFile(new URL("../../observe/event.ts", import.meta.url));
  const bytes = source.split("\n")
    .filter((line) => /^ \* {3}(?:[0-9a-f]{2} {1,2}){8,}/.test(`${line} `))
    .flatMap((line) => line.match(/\b[0-9a-f]{2}\b/g) ?? [])
    .map((byte) => parseInt(byte, 16));
  assertEquals(bytes.length, IO_EVENT_BYTES);
  return new DataView(Uint8Array.from(bytes).buffer);
}

const DRAWN: Io = {
  kind: "io",
  ts: 10_000_000_000,
  pid: 4711,
  tid: 4712,
  op: "recv",
  func: "__sys_recvfrom",
  bytes: 5,
  socket: 7,
  family: "inet",
  requested: 65_536,
  fd: 9,
  durationNs: 1500,
  delayNs: 20_000,
  offset: 100,
  local: "192.0.2.1:9100",
  remote: "192.0.2.7:50414",
};

Deno.test("an event says what event.ts draws", async () => {
  assertEquals(decodeIo(await drawn(), 0, PROBED), DRAWN);
});

Deno.test("an event says the same wherever it begins", async () => {
  const bytes = new Uint8Array((await drawn()).buffer);
  const moved = new Uint8Array(IO_EVENT_BYTES + 40).fill(0xff);
  moved.set(bytes, 24);
  assertEquals(decodeIo(new DataView(moved.buffer), 24, PROBED), DRAWN);
});

Deno.test("fields that do not hold are absent", async () => {
  const view = await drawn();
  view.setUint16(IO_EVENT.has, 0, true);
  const { requested: _1, fd: _2, durationNs: _3, delayNs: _4, offset: _5, ...rest } = DRAWN;
  assertEquals(decodeIo(view, 0, PROBED), rest);
});

for (
  const [name, bit, fields] of [
    ["duration", HAS.duration, { durationNs: 1500 }],
    ["delay", HAS.delay, { delayNs: 20_000 }],
    ["offset", HAS.offset, { offset: 100 }],
    ["fd", HAS.fd, { fd: 9, requested: 65_536 }],
  ] as const
) {
  Deno.test(`the bit for ${name} alone gives ${Object.keys(fields).join(" and ")} alone`, async () => {
    const view = await drawn();
    view.setUint16(IO_EVENT.has, bit, true);
    const { requested: _1, fd: _2, durationNs: _3, delayNs: _4, offset: _5, ...rest } = DRAWN;
    assertEquals(decodeIo(view, 0, PROBED), { ...rest, ...fields });
  });
}

Deno.test("a failed call moved no bytes and has its error's number", async () => {
  const view = await drawn();
  view.setInt32(IO_EVENT.result, -104, true);
  const io = decodeIo(view, 0, PROBED);
  assertEquals([io.bytes, io.errno], [0, 104]);
  assertEquals(bytesOf(view, 0), 0);
});

Deno.test("a call is told by the kernel's function only where a probe sits on it", async () => {
  const view = await drawn();
  const told = (number: number, probes: readonly string[]) => {
    view.setUint8(IO_EVENT.function, number);
    const functions = functionNames(probes);
    return decodeIo(view, 0, { functions, addresses: PROBED.addresses }).func;
  };
  assertEquals(told(1, ["__sys_sendto"]), "__sys_sendto");
  assertEquals(told(1, ["sock_send_length"]), "sendto");
  assertEquals(told(9, ["__sys_sendto"]), "writev");
  assertEquals(told(11, ["tcp_sendmsg"]), "tcp_sendmsg");
  assertEquals(told(0, []), "unknown");
  assertEquals(told(200, []), "unknown");
});

Deno.test("families and addresses", async () => {
  const view = await drawn();
  const told = (family: number) => {
    view.setUint16(IO_EVENT.family, family, true);
    const { family: name, local, remote } = decodeIo(view, 0, PROBED);
    return [name, local, remote];
  };
  view.setUint32(IO_EVENT.remote, 2468, true);
  assertEquals(told(AF.unix), ["unix", "unix:[1357]", "unix:[2468]"]);
  view.setUint32(IO_EVENT.remote, 0xc0000207);
  assertEquals(told(AF.inet6), ["inet6", "[c000:201::]:9100", "[c000:207::]:50414"]);
  assertEquals(told(0), ["other", undefined, undefined]);
  assertEquals(told(16), ["other", undefined, undefined]);
  view.setUint32(IO_EVENT.inode, 0, true);
  view.setUint32(IO_EVENT.remote, 0, true);
  assertEquals(told(AF.unix), ["unix", undefined, undefined]);
});

Deno.test("numbers of 64 bits are what a BigInt says, rounded as a number", async () => {
  const view = await drawn();
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
    view.setBigUint64(IO_EVENT.tsNs, value, true);
    view.setBigUint64(IO_EVENT.socket, value, true);
    view.setBigUint64(IO_EVENT.offset, value, true);
    const { ts, socket, offset } = decodeIo(view, 0, PROBED);
    assertEquals([ts, socket, offset], [Number(value), Number(value), Number(value)]);
  }));
});

Deno.test("those who only count read the same operation and bytes", async () => {
  const view = await drawn();
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.nat(1), (result, op) => {
      view.setInt32(IO_EVENT.result, result, true);
      view.setUint8(IO_EVENT.op, op);
      const io = decodeIo(view, 0, PROBED);
      assertEquals([operationOf(view, 0), bytesOf(view, 0)], [io.op, io.bytes]);
      assertEquals(io.op, op === 0 ? "send" : "recv");
      assertEquals(io.bytes - (io.errno ?? 0), result);
    }),
  );
});
