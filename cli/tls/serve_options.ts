/**
 * What `chat serve` is told of TLS, and what it says of doing without.
 *
 * @module
 */

import { Option } from "@commander-js/extra-typings";
import { isLoopback } from "../../ground/mod.ts";
import { EXIT, Failure } from "../failure.ts";
import { type CertificatePaths, pathsOf } from "./certificate_files.ts";

/** The values of these options. */
export interface TlsFlags {
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly tls: "offered" | "required";
  readonly insecurePasswords: boolean;
}

/** What is told when others on the way could read everything. */
export interface UnencryptedEvent {
  readonly kind: "unencrypted";
  readonly hostname: string;
  readonly insecurePasswords: boolean;
}

/** `--tls-cert FILE`. */
export function certOption(): Option<"--tls-cert <file>"> {
  return new Option("--tls-cert <file>", "speak TLS with this certificate (PEM), on the same port")
    .env("CHAT_TLS_CERT");
}

/** `--tls-key FILE`. */
export function keyOption(): Option<"--tls-key <file>"> {
  return new Option("--tls-key <file>", "the certificate's key (PEM)").env("CHAT_TLS_KEY");
}

/** `--tls offered|required`. */
export function demandOption(): Option<
  "--tls <how>",
  undefined,
  "offered",
  undefined,
  false,
  "offered" | "required"
> {
  return new Option("--tls <how>", "whether whoever speaks without TLS is served, too")
    .env("CHAT_TLS").choices(["offered", "required"] as const).default("offered" as const);
}

/** `--insecure-passwords`. */
export function insecureOption(): Option<"--insecure-passwords", undefined, false> {
  return new Option(
    "--insecure-passwords",
    "take passwords from other machines without TLS, where others can read them",
  ).env("CHAT_INSECURE_PASSWORDS").default(false as const);
}

/** Where the certificate is; `undefined`: there is none. @throws {Failure} When the options do not fit together. */
export function certificateOf(flags: TlsFlags): CertificatePaths | undefined {
  const paths = pathsOf(flags);
  if (paths === undefined && flags.tls === "required") {
    throw new Failure("--tls required needs --tls-cert and --tls-key.", EXIT.usage);
  }
  return paths;
}

/** What is to be told of a server that other machines reach without TLS; `undefined`: nothing. */
export function unencrypted(
  hostname: string,
  paths: CertificatePaths | undefined,
  { insecurePasswords }: TlsFlags,
): UnencryptedEvent | undefined {
  if (paths !== undefined || isLoopback(hostname)) return undefined;
  return { kind: "unencrypted", hostname, insecurePasswords };
}
