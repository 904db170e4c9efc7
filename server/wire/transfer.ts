/**
 * A file's bytes beside the conversation, from a client's side: a second connection for one file, one way.
 *
 * ```text
 *   openUpload(where, token)   ─ Transfer ─► StartUpload   ── write … write ──► done(): FileDone
 *   openDownload(where, token) ─ Transfer ─► StartDownload ◄── chunk … chunk ── done(): FileDone
 * ```
 *
 * Here it goes over a socket of its own; what is said there is in `file_wire.ts`.
 *
 * @module
 */

import { dialStream } from "./connection.ts";
import {
  type Download,
  type FileWays,
  fileWays,
  type TransferOptions,
  type Upload,
} from "./file_wire.ts";
import { checkServerMessage } from "./schemas.ts";
import type { TlsTrust } from "./tls_trust.ts";

/** Where the server is. */
export interface TransferAddress {
  /** Host name or address. Default: `127.0.0.1`. */
  readonly host?: string;
  /** Port, 1 to 65535. */
  readonly port: number;
  /** Whom to believe over TLS; left out, TLS is not spoken. */
  readonly tls?: TlsTrust;
}

/** The ways to a server over sockets. */
export function waysTo({ host = "127.0.0.1", port, tls }: TransferAddress): FileWays {
  const where = { host, port, ...(tls === undefined ? {} : { tls }) };
  return fileWays({ dial: (how) => dialStream({ ...where, ...how }), check: checkServerMessage });
}

/**
 * Opens the connection on which a file goes up.
 *
 * @param token From the `StartUpload` of the conversation.
 * @throws {ChatError | ClosedError} When the server cannot be reached or does not take the token.
 */
export function openUpload(
  address: TransferAddress,
  token: string,
  options: TransferOptions = {},
): Promise<Upload> {
  return waysTo(address).upload(token, options);
}

/**
 * Opens the connection on which a file comes down.
 *
 * @param token From the `StartDownload` of the conversation.
 * @throws {ChatError | ClosedError} When the server cannot be reached or does not take the token.
 */
export function openDownload(
  address: TransferAddress,
  token: string,
  options: TransferOptions = {},
): Promise<Download> {
  return waysTo(address).download(token, options);
}
