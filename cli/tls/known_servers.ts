/**
 * How the servers proved who they are that were met from here: one small file for each.
 *
 * ```text
 *   $XDG_STATE_HOME/chat/servers/    else below ~/.local/state; for their owner alone
 *     chat.example:8080              the certificate that vouches for itself, as PEM
 *     chat.example.org:8080          authority
 * ```
 *
 * The first certificate that a server shows and that vouches for itself is believed, and shown to its user; from then on only that one, until the
 * file is taken away. Of a server for which an authority has vouched none is: or whoever is in between would only have to make one.
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

/** How a server proved who it is. */
export type Known =
  | { readonly kind: "itself"; readonly cert: string }
  /** Somebody vouched for it who is believed everywhere. */
  | { readonly kind: "authority" };

/** What stands in the file of a server for which an authority vouched. */
const AUTHORITY = "authority\n";

/** One server, as it was first seen. */
export class KnownServer {
  readonly path: string;
  readonly #directory: string;

  constructor(server: Pick<Address, "host" | "port">, directory: string = serversDirectory()) {
    this.#directory = directory;
    const name = encodeURIComponent(showAddress(server).toLowerCase()).replaceAll("%3A", ":");
    this.path = `${directory}/${name.replace(/^\./, "%2E")}`;
  }

  /** How it proved itself; `undefined`: it was not met yet. */
  async find(): Promise<Known | undefined> {
    const seen = await this.#look();
    if (seen === undefined || !seen.isFile()) return undefined;
    const handle = await openRegular(this.path, "read");
    if (handle === undefined) return undefined;
    try {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(FILE_BYTES_MAX), 0);
      const text = new TextDecoder().decode(buffer.subarray(0, bytesRead));
      return text === AUTHORITY ? { kind: "authority" } : { kind: "itself", cert: text };
    } finally {
      await handle.close();
    }
  }

  /** So it has to prove itself from now on. */
  async keep(known: Known): Promise<void> {
    await Deno.mkdir(this.#directory, { recursive: true, mode: 0o700 });
    await replaceFile(this.path, known.kind === "itself" ? known.cert : AUTHORITY);
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
