/**
 * Lets connections in as far as their address may have them, and tells the others why not.
 *
 * @module
 */

import type { Address } from "../addresses/address.ts";
import { Addresses, type Admittance } from "../addresses/addresses.ts";
import type { AddressLimits } from "../addresses/limits.ts";
import { type Range, rangeOf } from "../addresses/range.ts";
import { type Endpoint, peerOf } from "../link/connection.ts";
import type { ServerEvent } from "../events.ts";
import type { Counters } from "../figures/counters.ts";
import type { ServerBans } from "../order/server_bans.ts";
import { errorMessage } from "../perform.ts";
import type { ErrorMessage } from "../wire/mod.ts";

/** What a admission control needs. */
export interface AdmissionParts {
  readonly limits: AddressLimits;
  /** Addresses without limits. */
  readonly exempt: readonly Range[];
  readonly bans: Pick<ServerBans, "refuseAddress">;
  readonly counters: Counters;
  readonly onEvent: (event: ServerEvent) => void;
}

/** Whether a connection may come in, and if not, what it is to be told. */
export type Admitted =
  | { readonly kind: "in"; readonly address: Address }
  | { readonly kind: "refused"; readonly last: ErrorMessage };

/** Counts connections by address while they last. */
export class AdmissionControl {
  readonly #parts: AdmissionParts;
  readonly #addresses: Addresses;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
    this.#addresses = new Addresses(parts.limits, parts.exempt);
  }

  /** Lets a connection in, or says why not. Whoever is in must be let out by `release`. */
  admit(remote: Endpoint): Admitted {
    const nowMs = performance.now();
    const admittance = this.#addresses.admit(remote.hostname, nowMs);
    if (admittance.kind === "in") {
      const banned = admittance.address.exempt
        ? undefined
        : this.#parts.bans.refuseAddress(remote.hostname);
      if (banned === undefined) return admittance;
      this.release(admittance.address);
      this.#parts.counters.turnedAway++;
      return { kind: "refused", last: errorMessage(banned.code, banned.msg) };
    }
    return { kind: "refused", last: this.#refusal(admittance, remote, nowMs) };
  }

  /** The limits that it was made with say something else now. */
  renew(): void {
    this.#addresses.renew(performance.now());
  }

  /** The socket of one that was let in from there is closed. */
  release(address: Address): void {
    this.#addresses.release(address);
  }

  /** Bytes of what is remembered of addresses. */
  get bytes(): number {
    return this.#addresses.bytes;
  }

  /** Forgets what need not be remembered. To be called now and then. */
  sweep(nowMs: number): void {
    this.#addresses.sweep(nowMs);
  }

  #refusal(
    admittance: Exclude<Admittance, { kind: "in" }>,
    remote: Endpoint,
    nowMs: number,
  ): ErrorMessage {
    const { counters, onEvent } = this.#parts;
    const { kind: why, address } = admittance;
    counters.turnedAway++;
    // One line for a whole site: it has more addresses than a log can bear.
    const connections = (address.site ?? address).turnedAway.add(nowMs);
    if (connections > 0) {
      onEvent({ kind: "crowded", peer: peerOf(remote), why, connections });
    }
    if (admittance.kind === "too_fast") {
      const seconds = Math.ceil(admittance.waitMs / 1_000);
      const msg = `Too many connections came from your address just now. Wait ${seconds} s.`;
      return { ...errorMessage("busy", msg), wait: admittance.waitMs };
    }
    const { full } = admittance;
    const whose = full === address ? "address" : "network (a /48)";
    const max = full.limits.addressConnectionsMax;
    return errorMessage("busy", `At most ${max} may be connected from your ${whose} at once.`);
  }
}

/** @throws {RangeError} When one is no range. */
export function readRanges(texts: readonly string[]): readonly Range[] {
  return texts.map((text) => {
    const range = rangeOf(text);
    if (range !== undefined) return range;
    throw new RangeError(
      `'${text}' is no range of addresses: it looks like 10.0.0.0/8 or 2001:db8::/32`,
    );
  });
}
