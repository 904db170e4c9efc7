/**
 * The files that a server's certificate and key are in: read at the start, and again when they have changed.
 *
 * ```text
 *   SIGHUP, or each ten seconds a look: other files than last time? ─► read, checked ─┬─► shown to whoever comes from now on
 *                                                                                   └─► cannot be shown: told, the old one stays
 * ```
 *
 * They are looked at by their names, and not watched: tools that renew certificates exchange links, and the key comes a moment
 * after the certificate. What cannot be shown is told once, and tried again when one of the two is another file.
 *
 * @module
 */

import { open, unlink } from "node:fs/promises";
import type { CertificateFacts, CertificatePair } from "../../server/mod.ts";
import { EXIT, Failure, reasonOf } from "../failure.ts";
import { codeOf } from "../files/disk.ts";

/** Where they are. */
export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
}

/** What is told of certificates. */
export type CertificateEvent =
  | { readonly kind: "certificate_renewed"; readonly fingerprint: string; readonly ends: string }
  | { readonly kind: "certificate_kept"; readonly why: string };

/** Largest file in bytes that is read as a certificate or key: a chain of many takes 20 kB. */
const FILE_BYTES_MAX = 256 << 10;
/** How often they are looked at, in ms: a certificate is renewed days before it ends. */
const LOOK_MS = 10_000;

/** Reads both. @throws {Failure} When one cannot be read. */
export async function readPair({ cert, key }: CertificatePaths): Promise<CertificatePair> {
  return { cert: await readPem(cert, "certificate"), key: await readPem(key, "key") };
}

/** Reads a file in PEM. @throws {Failure} When it cannot be read. */
export async function readPem(path: string, what: string): Promise<string> {
  try {
    const handle = await open(path, "r");
    try {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(FILE_BYTES_MAX), 0);
      if (bytesRead < FILE_BYTES_MAX) {
        return new TextDecoder().decode(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new Failure(`The ${what} ${path} cannot be read: ${reasonOf(error)}.`);
  }
  throw new Failure(`The ${what} ${path} is too large to be one.`);
}

/**
 * Writes files that are not there yet: all of them, or none.
 *
 * @throws {Failure} When one is there already, or cannot be written.
 */
export async function createNew(
  files: readonly (readonly [path: string, text: string, mode: number])[],
): Promise<void> {
  const made: string[] = [];
  for (const [path, text, mode] of files) {
    try {
      const handle = await open(path, "wx", mode);
      made.push(path);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      await Promise.all(made.map((path) => unlink(path)));
      if (codeOf(error) === "EEXIST") {
        throw new Failure(`${path} is there already: take it away, or name another file.`);
      }
      throw new Failure(`${path} cannot be written: ${reasonOf(error)}.`);
    }
  }
}

/** What renews a server's certificate. */
export interface Renewal {
  readonly paths: CertificatePaths;
  /** Shows another one. @returns What it says of itself. @throws When it cannot be shown. */
  readonly renew: (pair: CertificatePair) => CertificateFacts;
  readonly tell: (event: CertificateEvent) => void;
}

/** Looks after the files of a running server. */
export class CertificateWatch implements AsyncDisposable {
  readonly #renewal: Renewal;
  readonly #timer: ReturnType<typeof setInterval>;
  #seen: string;
  #looking: Promise<void> | undefined;
  #closed = false;

  private constructor(renewal: Renewal, seen: string) {
    this.#renewal = renewal;
    this.#seen = seen;
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
  }

  /** Begins to look; what is there now is what the server shows. */
  static async begin(renewal: Renewal): Promise<CertificateWatch> {
    return new CertificateWatch(renewal, await stateOf(renewal.paths));
  }

  /** Looks now. @param anyway Whether the same files are read again, too. */
  look(anyway = false): Promise<void> {
    return this.#looking ??= this.#look(anyway).finally(() => this.#looking = undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(anyway: boolean): Promise<void> {
    const { paths, renew, tell } = this.#renewal;
    const state = await stateOf(paths);
    if (state === this.#seen && !anyway) return;
    this.#seen = state;
    try {
      const pair = await readPair(paths);
      if (this.#closed) return;
      const { fingerprint, endsMs } = renew(pair);
      tell({ kind: "certificate_renewed", fingerprint, ends: new Date(endsMs).toISOString() });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      tell({ kind: "certificate_kept", why });
    }
  }
}

/** What tells whether they are the same files as before. */
async function stateOf({ cert, key }: CertificatePaths): Promise<string> {
  const seen = await Promise.all([cert, key].map(fileOf));
  return seen.join(" ");
}

async function fileOf(path: string): Promise<string> {
  try {
    const handle = await open(path, "r");
    try {
      const { dev, ino, size, mtimeNs } = await handle.stat({ bigint: true });
      return `${dev}:${ino}:${size}:${mtimeNs}`;
    } finally {
      await handle.close();
    }
  } catch {
    // Why it cannot be read is said by whoever reads it.
    return "none";
  }
}

/** Both paths that were given, or none. @throws {Failure} When only one was. */
export function pathsOf(
  { tlsCert: cert, tlsKey: key }: {
    readonly tlsCert?: string | undefined;
    readonly tlsKey?: string | undefined;
  },
): CertificatePaths | undefined {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return undefined;
  const missing = cert === undefined ? "--tls-cert" : "--tls-key";
  throw new Failure(`A certificate needs its key: give ${missing}, too.`, EXIT.usage);
}
