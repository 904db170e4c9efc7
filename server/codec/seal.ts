/**
 * What a page may keep of a browser's secrets: sealed, so that neither half is of use alone.
 *
 * ```text
 *   server ── Welcome{device, session: sealed} ──► page: kept by scripts, of this origin with its port alone
 *          ── Set-Cookie: chat-PORT=KEY ─────────► browser: HttpOnly, SameSite=Strict; no script reads it
 *   page ── GET /ws?page, Cookie: KEY; Login{device: sealed} ──► server opens it by the key, and goes on as with any login
 *   page ── Login{session: chosen by itself} ─────► server derives the secret of its session from it and the key
 * ```
 *
 * A page chooses before it comes in for the first time, for its welcome may be lost: with the same choice it is known again. What it
 * chose is of no more use without the key than what is sealed.
 *
 * The server keeps nothing for it: the key lies with the browser alone, and the token in the account is a device's like any other.
 *
 * - **A script** that should not be there finds what is sealed, and cannot carry it away to be used elsewhere.
 * - **A cookie** is sent by the browser of itself, and to every port of a host, also to somebody else's. It proves nothing here: who has
 *   only the key is a stranger. So no request is done in somebody's name because a browser made it: cross-site requests find nothing
 *   that they could misuse.
 * - **A log** of addresses holds neither.
 *
 * AES-256-GCM with a fresh nonce for each: `nonce(12) ‖ encrypted ‖ tag(16)` in base64url. A secret that was sealed by another key opens
 * to nothing.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, hash, randomBytes } from "node:crypto";
import { concat } from "../wire/mod.ts";

const encoder = new TextEncoder();

/** Block of SHA-256. */
const HASH_BLOCK_BYTES = 64;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The longest that is opened, in characters: what is sealed here has a hundred. */
const SEALED_CHARS_MAX = 256;
/** 256 bits in base64url. */
const KEY = /^[\w-]{43}$/;

/** Seals secrets by one browser's key, and opens them. */
export class Seal {
  readonly #key: Uint8Array;

  private constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** By a key as a cookie has it; `undefined` for what is none. */
  static of(key: string): Seal | undefined {
    if (!KEY.test(key)) return undefined;
    // Of the last letter two bits say nothing: a browser keeps what it was given, whatever they are.
    return new Seal(Uint8Array.fromBase64(key, { alphabet: "base64url" }));
  }

  /** What a page may keep of a secret. */
  close(secret: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const encrypted = [cipher.update(secret, "utf8"), cipher.final()];
    return Buffer.concat([nonce, ...encrypted, cipher.getAuthTag()]).toString("base64url");
  }

  /**
   * The secret that goes with what a page chose: always the same one, which nobody finds without the key. It is its HMAC-SHA256
   * (RFC 2104), by two hashes: the runtime's own makes a stream of it, which costs each page that comes three times as much.
   */
  derive(chosen: string): string {
    const inner = hash(
      "sha256",
      concat([this.#pad(0x36), encoder.encode(`session\n${chosen}`)]),
      "buffer",
    );
    return hash("sha256", concat([this.#pad(0x5c), inner]), "base64url");
  }

  /** The key, as long as a block of the hash. */
  #pad(filler: number): Uint8Array {
    const pad = new Uint8Array(HASH_BLOCK_BYTES).fill(filler);
    for (let at = 0; at < this.#key.length; at++) pad[at] = filler ^ (this.#key[at] ?? 0);
    return pad;
  }

  /** The secret; `undefined` when another key has sealed it, or none. */
  open(sealed: string): string | undefined {
    if (sealed.length > SEALED_CHARS_MAX) return undefined;
    const bytes = Buffer.from(sealed, "base64url");
    if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined;
    try {
      const decipher = createDecipheriv(
        "aes-256-gcm",
        this.#key,
        bytes.subarray(0, NONCE_BYTES),
      );
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const opened = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([opened, decipher.final()]).toString("utf8");
    } catch {
      return undefined;
    }
  }
}
