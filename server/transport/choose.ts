/**
 * Which sockets a server has: those by epoll where they can be had, since they cost less of everything, and the runtime's
 * everywhere else.
 *
 * Whoever lets us choose gets sockets, silently: a library's user may have no permission to call C, and need not know. That it
 * could have had the others is told beside it.
 *
 * @module
 */

import { EpollTransport } from "./epoll.ts";
import { closeLibc, LIBC, openLibc } from "./libc.ts";
import { RuntimeTransport } from "./runtime.ts";
import type { Transport, TransportKind } from "./wire.ts";

/** Which sockets are wanted. */
export type TransportChoice = "auto" | TransportKind;

/** Why sockets by epoll cannot be had. */
export interface EpollFault {
  /** What follows after "Sockets by epoll". */
  readonly why: string;
  /** Whether a machine such as this could have them. */
  readonly couldBe: boolean;
}

/** The sockets that were asked for cannot be had here. */
export class TransportUnavailable extends Error {
  /** Always `TransportUnavailable`. */
  override readonly name = "TransportUnavailable";
}

/** Makes a transport. @throws {TransportUnavailable} When sockets by epoll are asked for and cannot be had here. */
export function openTransport(choice: TransportChoice): Transport {
  if (choice === "runtime") return new RuntimeTransport();
  const fault = epollFault();
  if (fault === undefined) return new EpollTransport();
  if (choice === "epoll") throw new TransportUnavailable(`Sockets by epoll ${fault.why}.`);
  return new RuntimeTransport(fault.couldBe ? fault.why : undefined);
}

/** Why sockets by epoll cannot be had here; `undefined` when they can. */
export function epollFault(): EpollFault | undefined {
  const { os, arch } = Deno.build;
  if (os !== "linux") return { why: "are for Linux alone", couldBe: false };
  if (arch !== "x86_64" && arch !== "aarch64") {
    const why = `are for x86-64 and aarch64, and this machine is ${arch}`;
    return { why, couldBe: false };
  }
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    return { why: "need the permission to call libc (--allow-ffi)", couldBe: true };
  }
  try {
    openLibc();
    closeLibc();
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { why: `need ${LIBC}, which cannot be opened (${why})`, couldBe: true };
  }
}
