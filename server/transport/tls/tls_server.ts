/**
 * One server's side of TLS: the certificate that is shown, and the wires over which it is spoken.
 *
 * TLS 1.2 and 1.3 are spoken, with the ciphers that the runtime has (all with forward secrecy and authenticated encryption); older
 * versions, renegotiation and compression are not known to it.
 *
 * @module
 */

import { createSecureContext, type SecureContext } from "node:tls";
import type { Wire } from "../wire.ts";
import { type CertificatePair, checkPair } from "./certificate.ts";
import { type OnHandshake, RuntimeTlsWire, type TlsHost } from "./runtime_tls_wire.ts";

/** Speaks TLS. */
export class TlsServer implements TlsHost {
  #secureContext: SecureContext;
  readonly lingering: Set<() => void> = new Set();

  /** @throws {CertificateError} When that cannot be shown. */
  constructor(pair: CertificatePair) {
    this.#secureContext = contextOf(pair);
  }

  get secureContext(): SecureContext {
    return this.#secureContext;
  }

  /** Shows another certificate from now on. @throws {CertificateError} When it cannot be shown: then the old one stays. */
  renew(pair: CertificatePair): void {
    this.#secureContext = contextOf(pair);
  }

  /**
   * Speaks TLS over a wire, whose guest is the result from then on.
   *
   * @param onHandshake Hears, once, that the handshake is done, or why it cannot be.
   */
  speak(below: Wire, onHandshake: OnHandshake): RuntimeTlsWire {
    return new RuntimeTlsWire(below, this, onHandshake);
  }

  /** Whoever still sends a farewell is closed. To be called when all wires are. */
  close(): void {
    for (const close of [...this.lingering]) close();
  }
}

function contextOf(pair: CertificatePair): SecureContext {
  checkPair(pair, Date.now());
  return createSecureContext({ ...pair, minVersion: "TLSv1.2", maxVersion: "TLSv1.3" });
}
