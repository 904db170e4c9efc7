/**
 * Tells systemd how a service stands (`sd_notify`): that it is ready, that it ends, and that it is alive.
 *
 * A datagram of a few words to a socket that systemd names in `NOTIFY_SOCKET`. The runtime sends none to such sockets, so the C
 * library is asked to, which is held from the start: later nothing can be loaded. Without that variable nothing is told, nor where
 * it cannot be: then systemd waits in vain, and says so.
 *
 * @module
 */

/** Where `sockaddr_un` has its path, and how long that may be. */
const PATH_AT = 2, PATH_MAX = 108;
const AF_UNIX = 1, SOCK_DGRAM = 2, SOCK_CLOEXEC = 0x80000, MSG_NOSIGNAL = 0x4000;

/** Tells systemd. */
export interface Notifier extends Disposable {
  /** Says one or several `NAME=value`. */
  tell(...words: readonly string[]): void;
  /** How often a sign of life is wanted, in ms; `undefined` for never. */
  readonly watchdogMs: number | undefined;
}

const NOBODY: Notifier = { tell: () => {}, watchdogMs: undefined, [Symbol.dispose]: () => {} };

/** Whom systemd started is to tell it; others tell nobody. */
export function notifier(): Notifier {
  const path = Deno.env.get("NOTIFY_SOCKET");
  const address = path === undefined ? undefined : addressOf(path);
  if (address === undefined || Deno.build.os !== "linux") return NOBODY;
  const usec = Number(Deno.env.get("WATCHDOG_USEC"));
  const watchdogMs = Number.isSafeInteger(usec) && usec > 0 ? usec / 1_000 : undefined;
  const libc = Deno.dlopen("libc.so.6", {
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
    close: { parameters: ["i32"], result: "i32" },
  });
  const socket = libc.symbols.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  let isOpen = socket >= 0;
  return {
    watchdogMs,
    tell: (...words) => {
      if (!isOpen) return;
      const bytes = new TextEncoder().encode(words.join("\n"));
      const { length } = address;
      libc.symbols.sendto(socket, bytes, BigInt(bytes.length), MSG_NOSIGNAL, address, length);
    },
    [Symbol.dispose]: () => {
      if (isOpen) libc.symbols.close(socket);
      if (isOpen) libc.close();
      isOpen = false;
    },
  };
}

/** The address as the kernel takes it; a leading `@` stands for a name that is in no directory. `undefined` for none. */
export function addressOf(path: string): Uint8Array<ArrayBuffer> | undefined {
  const name = new TextEncoder().encode(path);
  if (!/^[/@]./.test(path) || name.length >= PATH_MAX) return undefined;
  const isAbstract = path.startsWith("@");
  const address = new Uint8Array(PATH_AT + name.length + (isAbstract ? 0 : 1));
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(name, PATH_AT);
  if (isAbstract) address[PATH_AT] = 0;
  return address;
}
