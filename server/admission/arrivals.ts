/**
 * What becomes of a socket that was accepted: who it is from is asked, and then it is turned away or seen to, over TLS or without.
 *
 * ```text
 *   the chat's port ─► admitted? ─┬─ from a proxy: who is behind? (reception.ts) ─┬─► host
 *                                 └───────────────────────────────────────────────┘
 *   that of HTTP ────► admitted? ─── over TLS, where that is spoken ──────────────► the door ─ a WebSocket ─► reception ─► host
 * ```
 *
 * It knows how many sockets are open, those that are being turned away included, and when none is any more.
 *
 * @module
 */

import type { Address } from "../addresses/address.ts";
import { isTrusted } from "../addresses/forwarded.ts";
import type { Account } from "../budget/mod.ts";
import type { Door } from "../http/door.ts";
import type { WebSocketWire } from "../http/web_socket.ts";
import type { ConnectionInfo } from "../link/connection.ts";
import type { Accepted, Wire } from "../transport/mod.ts";
import type { Encryption } from "./encryption.ts";
import { refusePlainHttp } from "./plain_refused.ts";
import { Reception, type ReceptionParts } from "./reception.ts";

/** Hears that a connection is closed that came so. */
export type OnClosed = (info: ConnectionInfo) => void;

/** What it needs. */
export interface ArrivalsParts extends Omit<ReceptionParts, "host"> {
  /** TLS, where it is spoken. */
  readonly encryption: Encryption | undefined;
  readonly openAccount: () => Account;
  /** Sees to a connection of the chat's own port. Never throws. */
  readonly host: (wire: Wire, info: ConnectionInfo, closed: OnClosed) => void;
}

/** Such sockets. */
export class Arrivals {
  readonly #parts: ArrivalsParts;
  readonly #reception: Reception;
  #open = 0;
  #whenEmpty: (() => void) | undefined;

  constructor(parts: ArrivalsParts) {
    this.#parts = parts;
    this.#reception = new Reception(parts);
  }

  /** Sees to a socket of the chat's own port. */
  atPort(accepted: Accepted): void {
    const { admission, turnedAway, proxies, host } = this.#parts;
    const { remote, local } = accepted;
    this.#open++;
    const admitted = admission.admit(remote);
    const wire = accepted.wire();
    if (admitted.kind === "refused") {
      return void turnedAway.turnAway(wire, admitted.last).then(this.#onSocketClosed);
    }
    const { address } = admitted;
    const info = { remote, local, client: remote, address, webSocket: false };
    if (!isTrusted(remote.hostname, proxies)) host(wire, info, this.#onClosed);
    else this.#reception.receive(wire, info, () => this.#onClosed(info));
  }

  /** Sees to a socket of the other port, if there is a door behind it. Never throws. */
  atHttp(accepted: Accepted, door: Door | undefined): void {
    const { admission, encryption, openAccount } = this.#parts;
    const { remote, local } = accepted;
    this.#open++;
    const admitted = admission.admit(remote);
    const plain = accepted.wire();
    if (admitted.kind === "refused" || door === undefined) {
      plain.close();
      return this.#onSocketClosed();
    }
    const { address } = admitted;
    const account = openAccount();
    account.join(address.pools);
    const wire = encryption?.over(plain, account, refusePlainHttp) ?? plain;
    const closed = (): void => {
      account.close();
      this.#onClosed(admitted);
    };
    door.serve({ wire, remote, local, address, account, closed });
  }

  /** Sees to a WebSocket, whose other end may be a proxy. Never throws. @param closed Hears that it is closed. */
  receiveWeb(webSocket: WebSocketWire, info: ConnectionInfo, closed: () => void): void {
    this.#reception.receiveWeb(webSocket, info, closed);
  }

  /** Closes all that have not said yet who is behind them. */
  close(): void {
    this.#reception.close();
  }

  /** Resolves when no socket is open any more. To be waited for once. */
  async empty(): Promise<void> {
    if (this.#open > 0) await new Promise<void>((resolve) => this.#whenEmpty = resolve);
  }

  readonly #onSocketClosed = (): void => {
    if (--this.#open === 0) this.#whenEmpty?.();
  };

  /** A socket is closed that was let in from there. */
  readonly #onClosed = ({ address }: { readonly address: Address }): void => {
    this.#parts.admission.release(address);
    this.#onSocketClosed();
  };
}
