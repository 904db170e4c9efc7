/**
 * Whom a client believes over TLS: those for whom somebody vouches who is believed, and else the one that was there first.
 *
 * ```text
 *   vouched for by a usual authority, or one of --tls-ca ─────────────────────────► believed; that a usual one did is remembered
 *   vouches for itself ─┬─ this server was not met yet, and no --tls-ca ──────────► shown, remembered, believed
 *                       ├─ the one that was seen ─────────────────────────────────► believed
 *                       └─ another one, or an authority has vouched until now ────► refused, loudly
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
import { type Known, KnownServer } from "./known_servers.ts";

/** The trust of one server's users. */
export class Trust implements TlsTrust {
  readonly #server: Address;
  readonly #known: KnownServer;
  /** What is read of files is kept: later they may not be read any more. */
  readonly #authorities: string | undefined;
  #met: Known | undefined;

  private constructor(
    server: Address,
    known: KnownServer,
    { authorities, met }: { authorities: string | undefined; met: Known | undefined },
  ) {
    this.#server = server;
    this.#known = known;
    this.#authorities = authorities;
    this.#met = met;
  }

  /** Reads whom to believe. @param caPath A file of authorities. @throws {Failure} When that cannot be read. */
  static async of(server: Address, caPath: string | undefined): Promise<Trust> {
    const known = new KnownServer(server);
    return new Trust(server, known, {
      authorities: caPath === undefined ? undefined : await readPem(caPath, "file of --tls-ca"),
      met: caPath === undefined ? await known.find() : undefined,
    });
  }

  /** Whether it may have to write what it sees. */
  get mayLearn(): boolean {
    return this.#authorities === undefined && this.#met === undefined;
  }

  get #believed(): string | undefined {
    return this.#met?.kind === "itself" ? this.#met.cert : undefined;
  }

  believed: NonNullable<TlsTrust["believed"]> = () => {
    const certs = [this.#authorities, this.#believed];
    return Promise.resolve(certs.filter((cert) => cert !== undefined));
  };

  proved: NonNullable<TlsTrust["proved"]> = async () => {
    if (!this.mayLearn) return;
    this.#met = { kind: "authority" };
    // Where nothing can be remembered, each meeting is the first.
    await this.#known.keep(this.#met).catch(() => {});
  };

  judge: NonNullable<TlsTrust["judge"]> = async (seen) => {
    const { UntrustedError } = await import("../../server/wire/mod.ts");
    const where = showAddress(this.#server);
    if (this.#believed !== undefined && this.#believed !== seen.cert) {
      const { certificateFacts } = await import("../../server/mod.ts");
      const { fingerprint } = certificateFacts(this.#believed);
      throw new UntrustedError(
        changed(where, seen, { proof: fingerprint, path: this.#known.path }),
        {
          changed: true,
        },
      );
    }
    if (!seen.fits || !seen.selfSigned || this.#authorities !== undefined) {
      throw new UntrustedError(unproved(where, seen, this.#authorities !== undefined));
    }
    if (this.#met?.kind === "authority") {
      const before = { proof: "an authority vouched for it", path: this.#known.path };
      throw new UntrustedError(changed(where, seen, before), { changed: true });
    }
    if (this.#met === undefined) await this.#learn(where, seen);
  };

  async #learn(where: string, seen: SeenCertificate): Promise<void> {
    this.#met = { kind: "itself", cert: seen.cert };
    printError(firstSeen(where, seen));
    try {
      await this.#known.keep(this.#met);
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
  before: { readonly proof: string; readonly path: string },
): string {
  return `THE SERVER ${where} IS NOT THE ONE THAT IT WAS, or has another certificate. Nothing was said to it.\n` +
    `  before: ${before.proof}\n  now:    ${seen.fingerprint}\n` +
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
