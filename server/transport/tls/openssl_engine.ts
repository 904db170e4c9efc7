/**
 * TLS by OpenSSL with one certificate: what all its connections share.
 *
 * OpenSSL counts who uses it, so it can be let go while its connections go on.
 *
 * @module
 */

import type { Wire } from "../wire.ts";
import { CertificateError, type CertificatePair } from "./certificate.ts";
import {
  CIPHERS,
  faultOf,
  GROUPS,
  type Libssl,
  MODES,
  openLibssl,
  OPTIONS,
  SSL_CTRL_EXTRA_CHAIN_CERT,
  SSL_CTRL_MODE,
  SSL_CTRL_SET_GROUPS_LIST,
  SSL_CTRL_SET_MIN_PROTO_VERSION,
  SSL_CTRL_SET_SESS_CACHE_MODE,
  TLS1_2_VERSION,
} from "./libssl.ts";
import { OpensslTlsWire } from "./openssl_tls_wire.ts";
import type { OnHandshake, TlsEngine, TlsWire } from "./tls_wire.ts";

const encoder = new TextEncoder();

/** Such an engine. */
export class OpensslEngine implements TlsEngine {
  readonly #lib: Libssl;
  readonly #lingering: Set<() => void>;
  readonly #context: Deno.PointerValue;

  /** @throws {CertificateError} When the certificate cannot be shown. */
  constructor(lib: Libssl, pair: CertificatePair, lingering: Set<() => void>) {
    this.#lib = lib;
    this.#lingering = lingering;
    this.#context = lib.SSL_CTX_new(lib.TLS_server_method());
    try {
      this.#configure(pair);
    } catch (error) {
      this.release();
      throw error;
    }
  }

  speak(below: Wire, onHandshake: OnHandshake): TlsWire {
    openLibssl();
    const host = { lib: this.#lib, context: this.#context, lingering: this.#lingering };
    return new OpensslTlsWire(below, host, onHandshake);
  }

  release(): void {
    this.#lib.SSL_CTX_free(this.#context);
  }

  #configure({ cert, key }: CertificatePair): void {
    const lib = this.#lib, context = this.#context;
    lib.SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, null);
    lib.SSL_CTX_set_options(context, OPTIONS);
    lib.SSL_CTX_ctrl(context, SSL_CTRL_MODE, MODES, null);
    // Whoever comes back shows a ticket, so nothing is kept of anybody; and one is enough.
    lib.SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, 0n, null);
    lib.SSL_CTX_set_num_tickets(context, 1n);
    lib.SSL_CTX_set_cipher_list(context, encoder.encode(`${CIPHERS}\0`));
    GROUPS.find((groups) => {
      const text = encoder.encode(`${groups}\0`);
      return lib.SSL_CTX_ctrl_text(context, SSL_CTRL_SET_GROUPS_LIST, 0n, text) === 1n;
    });
    lib.ERR_clear_error();
    this.#reading(cert, (bio) => {
      const leaf = lib.PEM_read_bio_X509(bio, null, null, null);
      const used = leaf !== null && lib.SSL_CTX_use_certificate(context, leaf) === 1;
      lib.X509_free(leaf);
      this.#demand(used);
      for (let next; (next = lib.PEM_read_bio_X509(bio, null, null, null)) !== null;) {
        // It belongs to the context from then on.
        lib.SSL_CTX_ctrl(context, SSL_CTRL_EXTRA_CHAIN_CERT, 0n, next);
      }
      // That no more came is told as an error, too.
      lib.ERR_clear_error();
    });
    this.#reading(key, (bio) => {
      const secret = lib.PEM_read_bio_PrivateKey(bio, null, null, null);
      const used = secret !== null && lib.SSL_CTX_use_PrivateKey(context, secret) === 1;
      lib.EVP_PKEY_free(secret);
      this.#demand(used && lib.SSL_CTX_check_private_key(context) === 1);
    });
  }

  #reading(pem: string, read: (bio: Deno.PointerValue) => void): void {
    const lib = this.#lib;
    const bio = lib.BIO_new(lib.BIO_s_mem());
    try {
      const bytes = encoder.encode(pem);
      lib.BIO_write(bio, bytes, bytes.length);
      read(bio);
    } finally {
      lib.BIO_free(bio);
    }
  }

  #demand(isDone: boolean): void {
    if (isDone) return;
    throw new CertificateError(`The certificate or its key cannot be used: ${faultOf(this.#lib)}.`);
  }
}
