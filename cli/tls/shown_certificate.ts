/**
 * The certificate that a server shows, from its start on: read from files, and again when there is a new one.
 *
 * @module
 */

import type { Server, TlsOptions } from "../../server/mod.ts";
import type { LogEvent } from "../server_log.ts";
import type { CertificatePaths, CertificateWatch } from "./certificate_files.ts";

/** What TLS is spoken with. @param demand What `--tls` says. @throws {Failure} When a file cannot be read. */
export async function readCertificate(
  paths: CertificatePaths,
  demand: string | undefined,
): Promise<TlsOptions> {
  const { readPair } = await import("./certificate_files.ts");
  return { ...await readPair(paths), required: demand === "required" };
}

/** Shows new certificates when there are some. */
export async function watchCertificate(
  server: Server,
  paths: CertificatePaths,
  tell: (event: LogEvent) => void,
): Promise<CertificateWatch> {
  const { CertificateWatch } = await import("./certificate_files.ts");
  const { certificateFacts } = await import("../../server/mod.ts");
  return CertificateWatch.begin({
    paths,
    renew: (pair) => {
      server.renewCertificate(pair);
      return certificateFacts(pair.cert);
    },
    tell,
  });
}
