/**
 * Pairs of connected sockets on loopback in one thread, by libc: what c/sends.c has, too.
 *
 * @module
 */

import { toSockaddr } from "../../../server/transport/ip_address.ts";
import {
  AF_INET,
  bytesOf,
  closeLibc,
  IPPROTO_TCP,
  type Libc,
  openLibc,
  SOCK_STREAM,
  TCP_NODELAY,
} from "../../../server/transport/libc.ts";

const HOSTNAME = "127.0.0.1";

/** Such pairs: what goes into `from[i]` comes out of `to[i]`. */
export interface Pairs extends Disposable {
  readonly libc: Libc;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Opens them. */
export function openPairs(count: number): Pairs {
  const libc = openLibc();
  const more = Deno.dlopen("libc.so.6", {
    connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  });
  const from = new Int32Array(count).fill(-1);
  const to = new Int32Array(count).fill(-1);
  // The runtime says where there is a free port, and libc listens there afterwards.
  const finder = Deno.listen({ hostname: HOSTNAME, port: 0 });
  const { port } = finder.addr;
  finder.close();
  const at = toSockaddr({ hostname: HOSTNAME, port });
  if (at === undefined) throw new Error("No address");
  const listener = libc.socket(AF_INET, SOCK_STREAM, 0);
  if (libc.bind(listener, at, at.length) !== 0 || libc.listen(listener, count) !== 0) {
    throw new Error("Cannot listen");
  }
  const length = new Uint8Array(4);
  const remote = new Uint8Array(at.length);
  for (let i = 0; i < count; i++) {
    to[i] = libc.socket(AF_INET, SOCK_STREAM, 0);
    if (more.symbols.connect(to[i] ?? -1, at, at.length) !== 0) throw new Error("Cannot connect");
    length[0] = at.length;
    const fd = from[i] = libc.accept4(listener, remote, length, 0);
    // As in the server: otherwise nothing would be sent before what is on the way was taken.
    libc.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, bytesOf(new Int32Array([1])), 4);
  }
  libc.close(listener);
  more.close();
  return {
    libc,
    from,
    to,
    [Symbol.dispose]: () => {
      for (const fd of [...from, ...to]) libc.close(fd);
      closeLibc();
    },
  };
}
