/**
 * TLS from the client's side: a connection to a server that has proved to be the one that was meant.
 *
 * ```text
 *   connect ─► handshake, judged by the runtime ─┬─ somebody who is believed vouches for it ──────────► goes on
 *                                                └─ nobody does ─► its certificate is looked at, and shown to whoever can
 *                                                   judge it ─► the same again, with that certificate believed, or refused
 * ```
 *
 * The judge sees a certificate and no more than that: nothing is said over a connection whose server is not proved. What he believes
 * is believed as it is: it must be for the host that was asked for, and its server must have its key.
 *
 * @module
 */

import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { UntrustedError } from "./errors.ts";
import type { SeenCertificate, TlsTrust } from "./tls_trust.ts";

/** Where to. */
export interface TlsPlace {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsTrust;
}

/** How to get there. */
export interface Dialling {
  /** Opens a connection without TLS. */
  readonly dial: () => Promise<Deno.TcpConn>;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/** A connection over TLS. @throws {UntrustedError} When the server is not proved. @throws When it speaks no TLS, or is gone. */
export async function dialTls(place: TlsPlace, dialling: Dialling): Promise<Deno.TlsConn> {
  const { tls } = place;
  let proved: Deno.TlsConn;
  try {
    proved = await handshake(place, dialling, await tls.believed?.() ?? []);
  } catch (cause) {
    if (!isUnproved(cause)) throw cause;
    const seen = await look(place, dialling.signal);
    if (tls.judge === undefined) throw new UntrustedError(unproved(place, seen), { cause });
    await tls.judge(seen);
    return await handshake(place, dialling, [seen.cert]).catch((cause) => {
      if (!isUnproved(cause)) throw cause;
      throw new UntrustedError(unproved(place, seen), { cause });
    });
  }
  await tls.proved?.();
  if (!dialling.signal.aborted) return proved;
  proved.close();
  throw dialling.signal.reason;
}

async function handshake(
  { host }: TlsPlace,
  { dial, signal }: Dialling,
  caCerts: readonly string[],
): Promise<Deno.TlsConn> {
  const tls = await Deno.startTls(await dial(), { hostname: host, caCerts: [...caCerts] });
  const giveUp = () => tls.close();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    await tls.handshake();
    // Given up in the moment in which it was done, it is closed already: whoever wrote to it would fail where nobody waits.
    signal.throwIfAborted();
    return tls;
  } catch (error) {
    if (!signal.aborted) tls.close();
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

/** Whether a handshake failed because of the certificate. */
function isUnproved(error: unknown): boolean {
  return error instanceof Error && /invalid peer certificate/i.test(error.message);
}

function unproved({ host }: TlsPlace, { names, fingerprint }: SeenCertificate): string {
  const whose = names === "" ? "it is for no name at all" : `it is for ${names}`;
  return `The server's certificate does not prove that this is ${host}: ${whose}, or it has ended, ` +
    `or nobody vouches for it who is believed. Its fingerprint: ${fingerprint}`;
}

/** Asks a server for its certificate, believing nothing and saying nothing. */
function look({ host, port }: TlsPlace, signal: AbortSignal): Promise<SeenCertificate> {
  const { promise, resolve, reject } = Promise.withResolvers<SeenCertificate>();
  const named = isAddress(host) ? {} : { servername: host };
  const socket = connect({ host, port, ...named, rejectUnauthorized: false });
  const giveUp = () => socket.destroy(signal.reason);
  signal.addEventListener("abort", giveUp, { once: true });
  socket.once("secureConnect", () => {
    try {
      resolve(seenIn(new X509Certificate(socket.getPeerCertificate().raw), host));
    } catch (error) {
      reject(error);
    }
    socket.destroy();
  });
  socket.once("error", reject);
  socket.once("close", () => {
    signal.removeEventListener("abort", giveUp);
    reject(new Error("the server showed no certificate"));
  });
  return promise;
}

/** Such are asked for without a name. */
function isAddress(host: string): boolean {
  return host.includes(":") || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}

function seenIn(certificate: X509Certificate, host: string): SeenCertificate {
  const isFor = isAddress(host) ? certificate.checkIP(host) : certificate.checkHost(host);
  return {
    cert: certificate.toString(),
    fingerprint: certificate.fingerprint256,
    names: (certificate.subjectAltName ?? "").replace(/(?:DNS|IP Address):/g, ""),
    selfSigned: certificate.issuer === certificate.subject &&
      certificate.verify(certificate.publicKey),
    fits: isFor !== undefined && Date.parse(certificate.validTo) > Date.now(),
  };
}
