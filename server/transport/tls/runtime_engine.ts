/**
 * TLS by the runtime with one certificate.
 *
 * @module
 */

import { createSecureContext, type SecureContext } from "node:tls";
import type { Wire } from "../wire.ts";
import type { CertificatePair } from "./certificate.ts";
import { RuntimeTlsWire } from "./runtime_tls_wire.ts";
import type { OnHandshake, TlsEngine, TlsWire } from "./tls_wire.ts";

/** Such an engine. */
export class RuntimeEngine implements TlsEngine {
  readonly #secureContext: SecureContext;
  readonly #lingering: Set<() => void>;

  constructor(pair: CertificatePair, lingering: Set<() => void>) {
    this.#secureContext = createSecureContext({
      ...pair,
      minVersion: "TLSv1.2",
      maxVersion: "TLSv1.3",
    });
    this.#lingering = lingering;
  }

  speak(below: Wire, onHandshake: OnHandshake): TlsWire {
    const host = { secureContext: this.#secureContext, lingering: this.#lingering };
    return new RuntimeTlsWire(below, host, onHandshake);
  }

  release(): void {
    // The collector frees it with its last connection.
  }
}
