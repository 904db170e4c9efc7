/**
 * Whom a client believes over TLS, and what it is shown of those whom it does not know.
 *
 * @module
 */

/** A server's certificate, for which nobody vouches who is believed. */
export interface SeenCertificate {
  /** The certificate as PEM. */
  readonly cert: string;
  /** SHA-256 of it, in hexadecimal digits with colons: by this people compare it. */
  readonly fingerprint: string;
  /** The names and addresses that it is for, as they stand in it. */
  readonly names: string;
  /** Whether it vouches for itself. */
  readonly selfSigned: boolean;
  /** Whether it is for the host that was asked for, and has not ended. */
  readonly fits: boolean;
}

/** Whom to believe over TLS. */
export interface TlsTrust {
  /** Certificates (PEM) that are believed beside the usual ones, asked for before each connection. */
  readonly believed?: () => Promise<readonly string[]>;
  /** Hears that somebody vouches for the server who is believed. */
  readonly proved?: () => Promise<void>;
  /** Judges one that nobody vouches for, or that is not for this host. @throws {UntrustedError} When it is not believed. */
  readonly judge?: (seen: SeenCertificate) => Promise<void>;
}
