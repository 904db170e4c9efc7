/**
 * Whom a client believes over TLS: those for whom somebody vouches who is believed, and else the one that was there first.
 *
 * ```text
 *   vouched for by a usual authority, or one of --tls-ca ─────────────────────────► believed
 *   vouches for itself ─┬─ none was seen of this server yet, and no --tls-ca ─────► shown, remembered, believed
 *                       ├─ the one that was seen ─────────────────────────────────► believed
 *                       └─ another one ───────────────────────────────────────────► refused, loudly
 *   any other ────────────────────────────────────────────────────────────────────► refused
 * ```
 *
 * What is believed must be for the host all the same: whoever believes a certificate once believes it for no other machine.
 *
 * @module
 */

import type { SeenCertificate, TlsTrust } from "../../server/wire/mod.ts";
import { printError } from "../streams.ts";
import { safeText } from "../tty/safe.ts";
import { type Address, showAddress } from "../values.ts";
import { readPem } from "./certificate_files.ts";
import { KnownServer } from "./known_servers.ts";

/** The trust of one server's users. */
export class Trust implements TlsTrust {
  readonly #server: Address;
  readonly #known: KnownServer;
  /** What is read of files is kept: later they may not be read any more. */
  readonly #authorities: string | undefined;
  #believed: string | undefined;

  private constructor(
    server: Address,
    known: KnownServer,
    { authorities, believed }: { authorities: string | undefined; believed: string | undefined },
  ) {
    this.#server = server;
    this.#known = known;
    this.#authorities = authorities;
    this.#believed = believed;
  }

  /** Reads whom to believe. @param caPath A file of authorities. @throws {Failure} When that cannot be read. */
  static async of(server: Address, caPath: string | undefined): Promise<Trust> {
    const known = new KnownServer(server);
    return new Trust(server, known, {
      authorities: caPath === undefined ? undefined : await readPem(caPath, "file of --tls-ca"),
      believed: caPath === undefined ? await known.find() : undefined,
    });
  }

  /** Whether it may have to write what it sees. */
  get mayLearn(): boolean {
    return this.#authorities === undefined && this.#believed === undefined;
  }

  believed: NonNullable<TlsTrust["believed"]> = () => {
    const certs = [this.#authorities, this.#believed];
    return Promise.resolve(certs.filter((cert) => cert !== undefined));
  };

  judge: NonNullable<TlsTrust["judge"]> = async (seen) => {
    const { UntrustedError } = await import("../../server/wire/mod.ts");
    const where = showAddress(this.#server);
    if (this.#believed !== undefined && this.#believed !== seen.cert) {
      const { certificateFacts } = await import("../../server/mod.ts");
      const { fingerprint } = certificateFacts(this.#believed);
      throw new UntrustedError(changed(where, seen, { fingerprint, path: this.#known.path }), {
        changed: true,
      });
    }
    if (!seen.fits || !seen.selfSigned || this.#authorities !== undefined) {
      throw new UntrustedError(unproved(where, seen, this.#authorities !== undefined));
    }
    if (this.#believed === undefined) await this.#learn(where, seen);
  };

  async #learn(where: string, seen: SeenCertificate): Promise<void> {
    this.#believed = seen.cert;
    printError(firstSeen(where, seen));
    try {
      await this.#known.keep(seen.cert);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      printError(`It cannot be remembered: ${why}\n`);
    }
  }
}

function firstSeen(where: string, { fingerprint, names }: SeenCertificate): string {
  return `The server ${where} vouches for itself (for ${
    safeText(names)
  }), and is believed from now on.\n` +
    `Compare its fingerprint with what chat cert --show says there:\n  ${fingerprint}\n`;
}

function changed(
  where: string,
  seen: SeenCertificate,
  before: { readonly fingerprint: string; readonly path: string },
): string {
  return `THE SERVER ${where} IS NOT THE ONE THAT IT WAS, or has another certificate. Nothing was said to it.\n` +
    `  before: ${before.fingerprint}\n  now:    ${seen.fingerprint}\n` +
    `Ask whoever runs it. If the new one is right, take the old one away: rm '${before.path}'`;
}

function unproved(where: string, seen: SeenCertificate, byAuthority: boolean): string {
  const whose = safeText(seen.names) || "no name";
  if (!seen.fits) {
    return `The server ${where} shows a certificate for ${whose}, which is not what it was asked as, or has ended. ` +
      `Its fingerprint: ${seen.fingerprint}`;
  }
  const help = byAuthority ? "--tls-ca does not vouch for it" : "--tls-ca FILE names who does";
  return `The server ${where} shows a certificate for ${whose}, for which nobody vouches who is believed: ` +
    `${help}. Its fingerprint: ${seen.fingerprint}`;
}
