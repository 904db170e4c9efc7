/**
 * What is told to libc in numbers is what the kernel's headers say, on both machines that sockets by epoll are for: a compiler
 * that knows both reads them.
 *
 * @module
 */

import * as c from "../../../server/transport/libc.ts";
import { assertEquals } from "../../assert.ts";
import { testWith } from "../../skips.ts";

/** In C → ours; what only C's own library has names for is the same on all machines. */
const NUMBERS = {
  O_NONBLOCK: [c.O_NONBLOCK, c.SOCK_NONBLOCK, c.EFD_NONBLOCK],
  F_SETPIPE_SZ: [c.F_SETPIPE_SZ],
  O_CLOEXEC: [c.O_CLOEXEC, c.SOCK_CLOEXEC, c.EFD_CLOEXEC, c.EPOLL_CLOEXEC],
  SOL_SOCKET: [c.SOL_SOCKET],
  SO_REUSEADDR: [c.SO_REUSEADDR],
  SO_KEEPALIVE: [c.SO_KEEPALIVE],
  SO_ERROR: [c.SO_ERROR],
  IPPROTO_TCP: [c.IPPROTO_TCP],
  TCP_NODELAY: [c.TCP_NODELAY],
  TCP_KEEPIDLE: [c.TCP_KEEPIDLE],
  TCP_KEEPINTVL: [c.TCP_KEEPINTVL],
  TCP_KEEPCNT: [c.TCP_KEEPCNT],
  TCP_USER_TIMEOUT: [c.TCP_USER_TIMEOUT],
  EPOLLIN: [c.EPOLLIN],
  EPOLLOUT: [c.EPOLLOUT],
  EPOLLERR: [c.EPOLLERR],
  EPOLLHUP: [c.EPOLLHUP],
  EPOLL_CTL_ADD: [c.EPOLL_CTL_ADD],
  EPOLL_CTL_DEL: [c.EPOLL_CTL_DEL],
  EPOLL_CTL_MOD: [c.EPOLL_CTL_MOD],
  POLLIN: [c.POLLIN],
  CLOCK_MONOTONIC: [c.CLOCK_MONOTONIC],
  POSIX_FADV_WILLNEED: [c.POSIX_FADV_WILLNEED],
  EINTR: [c.EINTR],
  EAGAIN: [c.EAGAIN],
  EACCES: [c.EACCES],
  EINVAL: [c.EINVAL],
  ENFILE: [c.ENFILE],
  EMFILE: [c.EMFILE],
  EAFNOSUPPORT: [c.EAFNOSUPPORT],
  EADDRINUSE: [c.EADDRINUSE],
  EADDRNOTAVAIL: [c.EADDRNOTAVAIL],
  ENETUNREACH: [c.ENETUNREACH],
  ECONNABORTED: [c.ECONNABORTED],
  ETIMEDOUT: [c.ETIMEDOUT],
  ECONNREFUSED: [c.ECONNREFUSED],
  EHOSTUNREACH: [c.EHOSTUNREACH],
  EINPROGRESS: [c.EINPROGRESS],
} as const;

const HEADERS = [
  "stddef.h",
  "linux/types.h",
  "asm/fcntl.h",
  "asm/socket.h",
  "asm/poll.h",
  "asm/errno.h",
  "linux/fadvise.h",
  "linux/fcntl.h",
  "linux/time.h",
  "linux/in.h",
  "linux/in6.h",
  "linux/tcp.h",
  "linux/eventpoll.h",
];

for (const [arch, { words, data }] of Object.entries(c.EVENT_LAYOUTS)) {
  testWith(
    ["clang-19", `/usr/include/${arch}-linux-gnu/asm/errno.h`],
    `numbers and structs are those of the kernel's headers for ${arch}`,
    async () => {
      const facts = [
        ...Object.entries(NUMBERS).flatMap(([name, ours]) => ours.map((n) => `${name} == ${n}`)),
        `sizeof(struct epoll_event) == ${4 * words}`,
        "offsetof(struct epoll_event, events) == 0",
        `offsetof(struct epoll_event, data) == ${4 * data}`,
        "sizeof(struct sockaddr_in6) == 28",
        "offsetof(struct sockaddr_in6, sin6_addr) == 8",
        "offsetof(struct sockaddr_in6, sin6_scope_id) == 24",
        "offsetof(struct sockaddr_in, sin_addr) == 4",
        "sizeof(struct pollfd) == 8",
        "offsetof(struct pollfd, revents) == 6",
      ];
      const source = [
        ...HEADERS.map((header) => `#include <${header}>`),
        ...facts.map((fact) => `_Static_assert(${fact}, "");`),
      ].join("\n");
      const path = await Deno.makeTempFile({ suffix: ".c" });
      try {
        await Deno.writeTextFile(path, source);
        const { success, stderr } = await new Deno.Command("clang-19", {
          args: ["-target", `${arch}-linux-gnu`, "-fsyntax-only", path],
        }).output();
        assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
      } finally {
        await Deno.remove(path);
      }
    },
  );
}
