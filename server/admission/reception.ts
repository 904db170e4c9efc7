/**
 * Where connections of proxies wait that are believed, until they have said who is behind them: a bounded number at a time.
 *
 * They are let in at the expense of whoever is behind. A proxy that names nobody has come for itself. Of a WebSocket, who is behind
 * stands in its request, and is known already.
 *
 * @module
 */

import { forwardedFor, isTrusted } from "../addresses/forwarded.ts";
import type { Behind } from "../addresses/proxy_header.ts";
import type { Range } from "../addresses/range.ts";
import type { Account } from "../budget/mod.ts";
import type { WebSocketWire } from "../http/web_socket.ts";
import type { ConnectionInfo } from "../link/connection.ts";
import type { Wire } from "../transport/mod.ts";
import type { AdmissionControl } from "./admission_control.ts";
import { PROXIED_WAITING_MAX } from "./limits.ts";
import { ProxiedWire } from "./proxied_wire.ts";
import type { TurnedAway } from "./turned_away.ts";

/** What it needs. */
export interface ReceptionParts {
  /** How long a proxy may take, in ms. */
  readonly waitMs: number;
  readonly admission: Pick<AdmissionControl, "admit" | "release">;
  readonly turnedAway: Pick<TurnedAway, "turnAway">;
  /** Sees to a connection whose client is known; `closed` is to be called when it is. */
  readonly host: (wire: Wire, info: ConnectionInfo, closed: () => void) => void;
  /** The same of a WebSocket, for which `payer` pays. */
  readonly hostWeb: (
    wire: Wire,
    info: ConnectionInfo,
    closed: () => void,
    payer: Account,
  ) => void;
  /** Addresses of proxies that are believed. */
  readonly proxies: readonly Range[];
}

/** Such a place. */
export class Reception {
  readonly #parts: ReceptionParts;
  readonly #waiting = new Set<ProxiedWire>();

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
  }

  /** Sees to a connection of a proxy. @param closed Hears that it is closed. */
  receive(below: Wire, came: ConnectionInfo, closed: () => void): void {
    const [oldest] = this.#waiting;
    if (this.#waiting.size >= PROXIED_WAITING_MAX) oldest?.close();
    const onKnown = (known: Wire, behind: Behind | undefined) => {
      this.#waiting.delete(wire);
      if (behind === undefined) this.#parts.host(known, came, closed);
      else this.#letIn(known, { came, behind }, closed);
    };
    const onGone = () => {
      this.#waiting.delete(wire);
      closed();
    };
    const wire: ProxiedWire = new ProxiedWire(below, this.#parts.waitMs, onKnown, onGone);
    this.#waiting.add(wire);
  }

  /** Sees to a WebSocket, whose other end may be a proxy. Never throws. @param closed Hears that it is closed. */
  receiveWeb(wire: WebSocketWire, came: ConnectionInfo, closed: () => void): void {
    const { admission, turnedAway, hostWeb, proxies } = this.#parts;
    const { remote, forwardedFor: header } = came;
    const info = { ...came, isSecure: came.isSecure || isTrusted(remote.hostname, proxies) };
    const { account } = wire;
    const hostname = forwardedFor(remote.hostname, header, proxies);
    if (hostname === undefined) return hostWeb(wire, info, closed, account);
    const client = { hostname, port: remote.port };
    const admitted = admission.admit(client);
    if (admitted.kind === "refused") {
      return void turnedAway.turnAway(wire, admitted.last).then(closed);
    }
    const { address } = admitted;
    const closedBehind = (): void => {
      admission.release(address);
      closed();
    };
    hostWeb(wire, { ...info, address, client }, closedBehind, account);
  }

  /** Closes all that still wait. */
  close(): void {
    for (const wire of [...this.#waiting]) wire.close();
  }

  #letIn(
    wire: Wire,
    { came, behind }: { readonly came: ConnectionInfo; readonly behind: Behind },
    closed: () => void,
  ): void {
    const { admission, turnedAway, host } = this.#parts;
    const { isSecure = true, ...client } = behind;
    const admitted = admission.admit(client);
    if (admitted.kind === "refused") {
      return void turnedAway.turnAway(wire, admitted.last).then(closed);
    }
    const { address } = admitted;
    host(wire, { ...came, client, address, isSecure }, () => {
      admission.release(address);
      closed();
    });
  }
}
