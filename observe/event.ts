/**
 * One event as the kernel hands it over: the mirror of `struct io_event` in `bpf/event.h`.
 *
 * ```text
 *    0        8        16       24         32      40       44          48       52      56
 *   ├────────┼────────┼────────┼──────────┼───────┼────────┼───────────┼────────┼───────┤
 *   │ ts     │ socket │ offset │ duration │ delay │ result │ requested │ fd     │ inode │
 *   └────────┴────────┴────────┴──────────┴───────┴────────┴───────────┴────────┴───────┘
 *    56    60    64    68    70   71         72       74      76       78    80      96       112
 *   ├─────┼─────┼─────┼─────┼────┼──────────┼────────┼───────┼────────┼─────┼───────┼────────┤
 *   │ pid │ tid │ seq │ cpu │ op │ function │ family │ local │ remote │ has │ local │ remote │
 *   └─────┴─────┴─────┴─────┴────┴──────────┴────────┴───────┴────────┴─────┴───────┴────────┘
 *                                                      port    port           address address
 *
 *   At 10 s, thread 4712 of process 4711 read 5 bytes from descriptor 9 by recvfrom. That took
 *   1500 ns, and the first of them had come 20 µs before. In what 192.0.2.7:50414 sent to 192.0.2.1:9100 they
 *   are the bytes 100 to 104:
 *
 *   00 e4 0b 54  02 00 00 00  07 00 00 00  00 00 00 00  64 00 00 00  00 00 00 00
 *   dc 05 00 00  00 00 00 00  20 4e 00 00  00 00 00 00  05 00 00 00  00 00 01 00
 *   09 00 00 00  4d 05 00 00  67 12 00 00  68 12 00 00  03 00 00 00  01 00 01 02
 *   02 00 8c 23  ee c4 0f 00  c0 00 02 01  00 00 00 00  00 00 00 00  00 00 00 00
 *   c0 00 02 07  00 00 00 00  00 00 00 00  00 00 00 00
 * ```
 *
 * Numbers are little-endian, addresses in network order. 64 bits are read as two halves: a `BigInt`
 * per field would cost more than all the rest. Above 2^53 the last bits round; only times do get
 * there, 104 days after the start.
 *
 * Pure: where the bytes come from is `ring.ts`' business. Nothing in an event can hold what was
 * said.
 *
 * @module
 */

import { type Addresses, AF, familyOf, unixAddress } from "./address.ts";
import type { Io, Operation } from "./observation.ts";

/** Bytes of an event. */
export const IO_EVENT_BYTES = 112;

/** Where an event's fields begin. */
export const IO_EVENT = {
  tsNs: 0,
  socket: 8,
  offset: 16,
  durationNs: 24,
  delayNs: 32,
  result: 40,
  requested: 44,
  fd: 48,
  inode: 52,
  pid: 56,
  tid: 60,
  seq: 64,
  cpu: 68,
  op: 70,
  function: 71,
  family: 72,
  localPort: 74,
  remotePort: 76,
  has: 78,
  local: 80,
  remote: 96,
} as const;

/** Bits of `has`: which fields hold. */
export const HAS = { duration: 1, delay: 2, offset: 4, fd: 8 } as const;

/** Operations by the kernel program's numbers. */
export const OPERATIONS: readonly Operation[] = ["send", "recv"];

/** Calls by the kernel program's numbers. */
export const FUNCTIONS: readonly string[] = [
  "unknown",
  "sendto",
  "recvfrom",
  "sendmsg",
  "recvmsg",
  "sendmmsg",
  "recvmmsg",
  "write",
  "read",
  "writev",
  "readv",
  "tcp_sendmsg",
  "tcp_recvmsg",
  "sendfile",
  "splice",
  "io_uring",
  "preadv2",
  "pwritev2",
];

/** What the decoder needs to know besides the bytes. */
export interface EventContext {
  /** How calls are told, by the kernel program's numbers. */
  readonly functions: readonly string[];
  /** Where texts of addresses are kept. */
  readonly addresses: Addresses;
}

/**
 * How calls are told: by the kernel's function (`__sys_sendto`) where a probe sits on it, otherwise
 * by the system call (`sendto`).
 *
 * @param probes What is attached, as `Start.probes` names it.
 */
export function functionNames(probes: readonly string[]): readonly string[] {
  return FUNCTIONS.map((name) => probes.includes(`__sys_${name}`) ? `__sys_${name}` : name);
}

/** An unsigned number of 64 bits. */
export function u64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 4_294_967_296 + view.getUint32(at, true);
}

/** Decodes an event. @param at Where it begins in the view. */
export function decodeIo(view: DataView, at: number, how: EventContext): Io {
  const result = view.getInt32(at + IO_EVENT.result, true);
  const family = view.getUint16(at + IO_EVENT.family, true);
  const has = view.getUint16(at + IO_EVENT.has, true);
  const io: { -readonly [Field in keyof Io]: Io[Field] } = {
    kind: "io",
    ts: u64(view, at + IO_EVENT.tsNs),
    pid: view.getUint32(at + IO_EVENT.pid, true),
    tid: view.getUint32(at + IO_EVENT.tid, true),
    op: operationOf(view, at),
    func: how.functions[view.getUint8(at + IO_EVENT.function)] ?? "unknown",
    bytes: result > 0 ? result : 0,
    socket: u64(view, at + IO_EVENT.socket),
    family: familyOf(family),
  };
  if (result < 0) io.errno = -result;
  if ((has & HAS.fd) !== 0) {
    io.requested = view.getUint32(at + IO_EVENT.requested, true);
    io.fd = view.getInt32(at + IO_EVENT.fd, true);
  }
  if ((has & HAS.duration) !== 0) io.durationNs = u64(view, at + IO_EVENT.durationNs);
  if ((has & HAS.delay) !== 0) io.delayNs = u64(view, at + IO_EVENT.delayNs);
  if ((has & HAS.offset) !== 0) io.offset = u64(view, at + IO_EVENT.offset);
  if (family === AF.unix) {
    const local = unixAddress(view.getUint32(at + IO_EVENT.inode, true));
    if (local !== undefined) io.local = local;
    const remote = unixAddress(view.getUint32(at + IO_EVENT.remote, true));
    if (remote !== undefined) io.remote = remote;
    return io;
  }
  const { addresses } = how;
  const localPort = view.getUint16(at + IO_EVENT.localPort, true);
  const local = addresses.text(view, at + IO_EVENT.local, family, localPort);
  if (local !== undefined) io.local = local;
  const remotePort = view.getUint16(at + IO_EVENT.remotePort, true);
  const remote = addresses.text(view, at + IO_EVENT.remote, family, remotePort);
  if (remote !== undefined) io.remote = remote;
  return io;
}

/** The operation of an event, for those who only count. */
export function operationOf(view: DataView, at: number): Operation {
  return view.getUint8(at + IO_EVENT.op) === 0 ? "send" : "recv";
}

/** The bytes that an event moved, for those who only count. */
export function bytesOf(view: DataView, at: number): number {
  return Math.max(0, view.getInt32(at + IO_EVENT.result, true));
}
