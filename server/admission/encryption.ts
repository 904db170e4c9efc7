/**
 * TLS at a server's doors: who begins to speak it is let do so, in turn and at his own expense.
 *
 * A handshake costs a hundred times what a message does, and whoever asks for one need not do any work for it. So it is paid by the
 * connection's account, and with that by its address, before it begins; and only so many are under way at once.
 *
 * @module
 */

import type { Account } from "../budget/mod.ts";
import type { Counters } from "../figures/counters.ts";
import {
  type CertificatePair,
  TellingWire,
  type TlsKind,
  TlsServer,
  type Wire,
} from "../transport/mod.ts";
import { Handshakes } from "./handshakes.ts";
import { HANDSHAKE_MS, HANDSHAKES_MAX } from "./limits.ts";

/** How TLS is spoken. */
export interface TlsOptions extends CertificatePair {
  /** Whether whoever does not speak TLS is turned away, with a sentence. Default: no. */
  readonly required?: boolean;
}

/** What is said, and nothing more, to a peer without TLS, who has said so much. */
export type RefusePlain = (first: Uint8Array) => Uint8Array;

/** TLS of one server. */
export class Encryption {
  readonly #tls: TlsServer;
  readonly #counters: Counters;
  readonly #handshakes = new Handshakes(HANDSHAKES_MAX);
  /** Whether there is nothing without it. */
  readonly required: boolean;

  /** @throws {CertificateError} When the certificate cannot be shown. */
  constructor({ required = false, ...pair }: TlsOptions, counters: Counters, kind?: TlsKind) {
    this.#tls = new TlsServer(pair, kind);
    this.required = required;
    this.#counters = counters;
  }

  /** By whom it is spoken. */
  get kind(): TlsKind {
    return this.#tls.kind;
  }

  /** Shows another certificate from now on. @throws {CertificateError} When it cannot be shown: the old one stays. */
  renew(pair: CertificatePair): void {
    this.#tls.renew(pair);
  }

  /**
   * A wire over which its peer may speak TLS, or without it.
   *
   * @param payer Pays for the handshake.
   */
  over(below: Wire, payer: Account, refusePlain: RefusePlain): Wire {
    const giveUp = () => wire.close();
    const wire: TellingWire = new TellingWire(below, {
      tls: this.#tls,
      begin: (handshake) => {
        payer.spend({ workMs: HANDSHAKE_MS });
        const begin = () => {
          this.#handshakes.begin(giveUp);
          handshake();
        };
        return payer.serveDear(begin) ?? undefined;
      },
      onSilent: (workMs) => {
        payer.spend({ workMs });
        return payer.serve(() => {}) ?? undefined;
      },
      onHandshake: (fault) => {
        this.#handshakes.end(giveUp);
        if (fault === undefined) this.#counters.handshakes++;
        else this.#counters.handshakesFailed++;
      },
      ...(this.required ? { refusePlain } : {}),
    });
    return wire;
  }

  /** To be called when all its wires are closed. */
  close(): void {
    this.#tls.close();
  }
}
