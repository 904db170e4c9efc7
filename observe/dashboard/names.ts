/**
 * Gives kernel figures their names: the kernel knows sockets, the server knows whose connection has which pair of
 * addresses, and this joins the two. Pure.
 *
 * ```text
 *   kernel   socket 4711   127.0.0.1:8080 ↔ 127.0.0.1:51234
 *   server                                  127.0.0.1:51234   Anna
 *                          ─────────────────────────────────► socket 4711 is Anna's
 * ```
 *
 * An address can be used again a moment later by somebody else, so a name is taken only from a report that was made after the socket was first
 * seen; from then on it belongs to the socket, whose number never comes again, and stays when the connection is gone.
 *
 * @module
 */

import type { SocketFigures } from "../observation.ts";
import { PEOPLE_MAX } from "./limits.ts";
import type { ConnectionFact } from "./server_report.ts";

/** What is looked at of a socket. */
export type Addressed = Pick<SocketFigures, "socket" | "local" | "remote">;

/** Whose a socket is. */
export interface Owner {
  readonly name: string;
  /** `name` is an address: nobody said whose it is. */
  readonly unknown: boolean;
}

/** Knows whose sockets are. */
export class Names {
  readonly #names = new Map<number, string>();

  /**
   * Learns from a report.
   *
   * @param sockets With the moments in which they were first seen.
   * @param asked When the server was asked; in the same unit as `firstSeen`.
   */
  learn(
    sockets: readonly (Addressed & { readonly firstSeen: number })[],
    connections: readonly ConnectionFact[],
    asked: number,
  ): void {
    const byRemote = new Map(connections.map((one) => [plainAddress(one.remote), one]));
    for (const { socket, local, remote, firstSeen } of sockets) {
      if (socket === 0 || this.#names.has(socket) || firstSeen > asked) continue;
      const fact = remote === undefined ? undefined : byRemote.get(plainAddress(remote));
      if (fact?.name === undefined || !sameEnd(local, fact.local)) continue;
      for (const oldest of this.#names.keys()) {
        if (this.#names.size < PEOPLE_MAX) break;
        this.#names.delete(oldest);
      }
      this.#names.set(socket, fact.name);
    }
  }

  /** Whose socket it is. */
  ownerOf({ socket, remote }: Pick<Addressed, "socket" | "remote">): Owner {
    const name = this.#names.get(socket);
    return name === undefined
      ? { name: plainAddress(remote ?? "unknown"), unknown: true }
      : { name, unknown: false };
  }
}

/** A server that listens on all addresses may not know which of them it was; the port it knows. */
function sameEnd(local: string | undefined, told: string | undefined): boolean {
  if (local === undefined || told === undefined) return true;
  return local.slice(local.lastIndexOf(":")) === told.slice(told.lastIndexOf(":"));
}

/** The same address in one form: an IPv4 address inside of an IPv6 one is the IPv4 address. */
export function plainAddress(address: string): string {
  const [, ip, port] = /^\[::ffff:(\d+\.\d+\.\d+\.\d+)\]:(\d+)$/i.exec(address) ?? [];
  return ip === undefined ? address.toLowerCase() : `${ip}:${port}`;
}
