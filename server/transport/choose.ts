/**
 * Which sockets a server has.
 *
 * `auto` is the runtime's for now: our own are to be chosen by themselves only when no measurement speaks against it.
 *
 * @module
 */

import { EpollTransport } from "./epoll.ts";
import { closeLibc, openLibc } from "./libc.ts";
import { RuntimeTransport } from "./runtime.ts";
import type { Transport, TransportKind } from "./wire.ts";

/** Which sockets are wanted. */
export type TransportChoice = "auto" | TransportKind;

/** The sockets that were asked for cannot be had here. */
export class TransportUnavailable extends Error {
  /** Always `TransportUnavailable`. */
  override readonly name = "TransportUnavailable";
}

/** Makes a transport. @throws {TransportUnavailable} When there is none of that kind here. */
export function openTransport(choice: TransportChoice): Transport {
  if (choice !== "epoll") return new RuntimeTransport();
  const why = epollFault();
  if (why !== undefined) throw new TransportUnavailable(why);
  return new EpollTransport();
}

/** Why sockets of our own cannot be had here, as a sentence; `undefined` when they can. */
export function epollFault(): string | undefined {
  const { os, arch } = Deno.build;
  if (os !== "linux") return "Sockets by epoll are for Linux alone.";
  if (arch !== "x86_64" && arch !== "aarch64") {
    return `Sockets by epoll are for x86-64 and aarch64, and this machine is ${arch}.`;
  }
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    return "Sockets by epoll need the permission to call libc: --allow-ffi.";
  }
  try {
    openLibc();
    closeLibc();
    return undefined;
  } catch (error) {
    return `Sockets by epoll need libc.so.6: ${error instanceof Error ? error.message : error}`;
  }
}
