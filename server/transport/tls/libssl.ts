/**
 * OpenSSL, as far as a server's side of TLS needs it, by FFI: several times as fast for small messages as the runtime's own, where it is.
 *
 * It has no sockets here: encrypted bytes go in and come out by buffers in memory (`BIO`). Sizes are given as `i32`, as OpenSSL has
 * them. The libraries are opened with the first server that uses them, and closed with the last; their calls go on working when the
 * permission to open libraries is given up.
 *
 * @module
 */

const SSL = {
  TLS_server_method: { parameters: [], result: "pointer" },
  SSL_CTX_new: { parameters: ["pointer"], result: "pointer" },
  SSL_CTX_free: { parameters: ["pointer"], result: "void" },
  SSL_CTX_ctrl: { parameters: ["pointer", "i32", "i64", "pointer"], result: "i64" },
  /** The same with a text; no pointer can be had of one when the permission to call C is given up. */
  SSL_CTX_ctrl_text: {
    name: "SSL_CTX_ctrl",
    parameters: ["pointer", "i32", "i64", "buffer"],
    result: "i64",
  },
  SSL_CTX_set_options: { parameters: ["pointer", "u64"], result: "u64" },
  SSL_CTX_set_num_tickets: { parameters: ["pointer", "usize"], result: "i32" },
  SSL_CTX_set_cipher_list: { parameters: ["pointer", "buffer"], result: "i32" },
  SSL_CTX_use_certificate: { parameters: ["pointer", "pointer"], result: "i32" },
  SSL_CTX_use_PrivateKey: { parameters: ["pointer", "pointer"], result: "i32" },
  SSL_CTX_check_private_key: { parameters: ["pointer"], result: "i32" },
  SSL_new: { parameters: ["pointer"], result: "pointer" },
  SSL_free: { parameters: ["pointer"], result: "void" },
  SSL_set_bio: { parameters: ["pointer", "pointer", "pointer"], result: "void" },
  SSL_set_accept_state: { parameters: ["pointer"], result: "void" },
  SSL_do_handshake: { parameters: ["pointer"], result: "i32" },
  SSL_read: { parameters: ["pointer", "buffer", "i32"], result: "i32" },
  SSL_write: { parameters: ["pointer", "buffer", "i32"], result: "i32" },
  SSL_shutdown: { parameters: ["pointer"], result: "i32" },
  SSL_get_error: { parameters: ["pointer", "i32"], result: "i32" },
} as const;

const CRYPTO = {
  BIO_s_mem: { parameters: [], result: "pointer" },
  BIO_new: { parameters: ["pointer"], result: "pointer" },
  BIO_free: { parameters: ["pointer"], result: "i32" },
  BIO_read: { parameters: ["pointer", "buffer", "i32"], result: "i32" },
  BIO_write: { parameters: ["pointer", "buffer", "i32"], result: "i32" },
  BIO_ctrl_pending: { parameters: ["pointer"], result: "usize" },
  PEM_read_bio_X509: {
    parameters: ["pointer", "pointer", "pointer", "pointer"],
    result: "pointer",
  },
  PEM_read_bio_PrivateKey: {
    parameters: ["pointer", "pointer", "pointer", "pointer"],
    result: "pointer",
  },
  X509_free: { parameters: ["pointer"], result: "void" },
  EVP_PKEY_free: { parameters: ["pointer"], result: "void" },
  ERR_clear_error: { parameters: [], result: "void" },
  ERR_get_error: { parameters: [], result: "u64" },
  ERR_error_string_n: { parameters: ["u64", "buffer", "usize"], result: "void" },
} as const;

/** Its functions. */
export type Libssl =
  & Deno.StaticForeignLibraryInterface<typeof SSL>
  & Deno.StaticForeignLibraryInterface<typeof CRYPTO>;

/** As OpenSSL's headers have them. */
export const SSL_ERROR_WANT_READ = 2, SSL_ERROR_ZERO_RETURN = 6;
export const SSL_CTRL_EXTRA_CHAIN_CERT = 14, SSL_CTRL_MODE = 33, SSL_CTRL_SET_SESS_CACHE_MODE = 44;
export const SSL_CTRL_SET_GROUPS_LIST = 92;
export const SSL_CTRL_SET_MIN_PROTO_VERSION = 123, TLS1_2_VERSION = 0x0303n;
/** A write may take a part, from memory that moves; buffers that nothing waits in are given back. */
export const MODES: bigint = 0x1n | 0x2n | 0x10n;
/** A connection that ends without TLS's farewell is an end, no compression, our order of ciphers, no renegotiation. */
export const OPTIONS: bigint = 1n << 7n | 1n << 17n | 1n << 22n | 1n << 30n;
/** Of TLS 1.2 only what the runtime's own has: forward secrecy, authenticated encryption. */
export const CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20";

/**
 * How keys are agreed on, all as good as the others: so nobody is asked for another try because of a better one. The first is not in
 * every OpenSSL.
 */
export const GROUPS = ["X25519MLKEM768:X25519:P-256:P-384", "X25519:P-256:P-384"] as const;

let library: (Libssl & Disposable) | undefined;
let holders = 0;

/** Opens it; `undefined` where it is not, or may not be opened. To be followed by `closeLibssl` where it was. */
export function openLibssl(): Libssl | undefined {
  library ??= load();
  if (library !== undefined) holders++;
  return library;
}

/** Closes it, if nobody else holds it. */
export function closeLibssl(): void {
  if (--holders > 0) return;
  library?.[Symbol.dispose]();
  library = undefined;
}

function load(): (Libssl & Disposable) | undefined {
  if (Deno.build.os !== "linux") return undefined;
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return undefined;
  using opened = new DisposableStack();
  try {
    const crypto = Deno.dlopen("libcrypto.so.3", CRYPTO);
    opened.defer(() => crypto.close());
    const ssl = Deno.dlopen("libssl.so.3", SSL);
    opened.defer(() => ssl.close());
    const held = opened.move();
    return { ...crypto.symbols, ...ssl.symbols, [Symbol.dispose]: () => held.dispose() };
  } catch {
    // It is not there, or is another one: then the runtime's own does.
    return undefined;
  }
}

const FAULT_BYTES_MAX = 256;

/** Why something failed that OpenSSL was asked for last, in its own words. */
export function faultOf(lib: Libssl): string {
  const text = new Uint8Array(FAULT_BYTES_MAX);
  lib.ERR_error_string_n(lib.ERR_get_error(), text, BigInt(text.length));
  lib.ERR_clear_error();
  // `error:0A000102:SSL routines::unsupported protocol`, and a zero behind it.
  const words = new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
  return words.split(":").at(-1) || "unknown";
}
