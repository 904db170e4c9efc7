/**
 * The servers whose certificate vouches for itself, and was believed here: one small file for each.
 *
 * ```text
 *   $XDG_STATE_HOME/chat/servers/    else below ~/.local/state; for their owner alone
 *     chat.example:8080              the certificate, as PEM
 * ```
 *
 * The first one that a server shows is believed, and shown to its user; from then on only that one, until the file is taken away.
 *
 * @module
 */

import { stateDirectory } from "../account/kept_devices.ts";
import { codeOf, lookAt, openRegular, replaceFile } from "../files/disk.ts";
import { type Address, showAddress } from "../values.ts";

/** Largest file in bytes that is read as a certificate: one takes a kilobyte. */
const FILE_BYTES_MAX = 64 << 10;

/** Where they are: to be asked for while the environment may be read. */
export function serversDirectory(): string {
  return `${stateDirectory()}/chat/servers`;
}

/** The certificate of one server, as it was first seen. */
export class KnownServer {
  readonly path: string;
  readonly #directory: string;

  constructor(server: Pick<Address, "host" | "port">, directory: string = serversDirectory()) {
    this.#directory = directory;
    const name = encodeURIComponent(showAddress(server).toLowerCase()).replaceAll("%3A", ":");
    this.path = `${directory}/${name.replace(/^\./, "%2E")}`;
  }

  /** The certificate that is believed; `undefined`: none was seen yet. */
  async find(): Promise<string | undefined> {
    const seen = await this.#look();
    if (seen === undefined || !seen.isFile()) return undefined;
    const handle = await openRegular(this.path, "read");
    if (handle === undefined) return undefined;
    try {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(FILE_BYTES_MAX), 0);
      return new TextDecoder().decode(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  }

  /** Believes a certificate from now on. */
  async keep(cert: string): Promise<void> {
    await Deno.mkdir(this.#directory, { recursive: true, mode: 0o700 });
    await replaceFile(this.path, cert);
  }

  async #look(): Promise<Awaited<ReturnType<typeof lookAt>>> {
    try {
      return await lookAt(this.path);
    } catch (error) {
      // A service's home may hold no file: then nothing was seen.
      if (error instanceof Deno.errors.NotCapable) return undefined;
      if (["ENOTDIR", "EACCES", "EPERM", "ELOOP"].includes(codeOf(error) ?? "")) return undefined;
      throw error;
    }
  }
}
