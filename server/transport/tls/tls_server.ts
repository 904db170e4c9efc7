/**
 * One server's side of TLS: the certificate that is shown, and the wires over which it is spoken.
 *
 * TLS 1.2 and 1.3 are spoken, with forward secrecy and authenticated encryption; there is no renegotiation and no compression. It is
 * OpenSSL that does it where that is, and the runtime where not, or where nothing but the runtime is wanted.
 *
 * @module
 */

import type { Wire } from "../wire.ts";
import { type CertificatePair, checkPair } from "./certificate.ts";
import { closeLibssl, type Libssl, openLibssl } from "./libssl.ts";
import { OpensslEngine } from "./openssl_engine.ts";
import { RuntimeEngine } from "./runtime_engine.ts";
import type { OnHandshake, TlsEngine, TlsWire } from "./tls_wire.ts";

/** By whom TLS is spoken. */
export type TlsKind = "openssl" | "runtime";

/** Who can here: the best first. */
export function tlsKinds(): readonly TlsKind[] {
  if (openLibssl() === undefined) return ["runtime"];
  closeLibssl();
  return ["openssl", "runtime"];
}

/** Speaks TLS. */
export class TlsServer implements Disposable {
  /** Held until it is closed; `undefined`: the runtime does it. */
  readonly #lib: Libssl | undefined;
  #engine: TlsEngine;
  readonly #lingering: Set<() => void> = new Set();
  #closed = false;

  /** @param kind Default: the best that there is. @throws {CertificateError} When the certificate cannot be shown. */
  constructor(pair: CertificatePair, kind: TlsKind = "openssl") {
    checkPair(pair, Date.now());
    this.#lib = kind === "openssl" ? openLibssl() : undefined;
    try {
      this.#engine = this.#engineWith(pair);
    } catch (error) {
      if (this.#lib !== undefined) closeLibssl();
      throw error;
    }
  }

  /** By whom it is spoken. */
  get kind(): TlsKind {
    return this.#lib === undefined ? "runtime" : "openssl";
  }

  /** Shows another certificate from now on. @throws {CertificateError} When it cannot be shown: then the old one stays. */
  renew(pair: CertificatePair): void {
    checkPair(pair, Date.now());
    const before = this.#engine;
    this.#engine = this.#engineWith(pair);
    before.release();
  }

  /**
   * Speaks TLS over a wire, whose guest is the result from then on.
   *
   * @param onHandshake Hears, once, that the handshake is done, or why it cannot be.
   */
  speak(below: Wire, onHandshake: OnHandshake): TlsWire {
    return this.#engine.speak(below, onHandshake);
  }

  /** Whoever still sends a farewell is closed. To be called when all wires are. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const close of [...this.#lingering]) close();
    this.#engine.release();
    if (this.#lib !== undefined) closeLibssl();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #engineWith(pair: CertificatePair): TlsEngine {
    return this.#lib === undefined
      ? new RuntimeEngine(pair, this.#lingering)
      : new OpensslEngine(this.#lib, pair, this.#lingering);
  }
}
