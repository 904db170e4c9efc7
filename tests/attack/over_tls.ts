/**
 * The attacks over TLS: a certificate for the server, by which everybody else knows it.
 *
 * Attackers are processes of their own, so what says that TLS is spoken, and where the certificate is, is in the environment.
 *
 * @module
 */

import { selfSigned } from "../../cli/tls/self_signed.ts";
import type { ConnectOptions } from "../../server/wire/mod.ts";

const VARIABLE = "CHAT_ATTACK_TLS";
const HOUR_MS = 3_600_000;

/** Has all of this process, and of those that it starts, speak TLS from now on. */
export async function overTls(): Promise<AsyncDisposable> {
  const folder = await Deno.makeTempDir({ prefix: "chat-attack-tls-" });
  const names = ["localhost"] as const;
  const { cert, key } = selfSigned({ names, fromMs: Date.now(), lastsMs: 24 * HOUR_MS });
  await Deno.writeTextFile(`${folder}/cert.pem`, cert);
  await Deno.writeTextFile(`${folder}/key.pem`, key);
  Deno.env.set(VARIABLE, folder);
  return {
    async [Symbol.asyncDispose]() {
      Deno.env.delete(VARIABLE);
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** What the server is told of it. */
export function tlsArgs(): readonly string[] {
  const folder = Deno.env.get(VARIABLE);
  if (folder === undefined) return [];
  return ["--tls-cert", `${folder}/cert.pem`, "--tls-key", `${folder}/key.pem`];
}

/** What clients as the product makes them are told of it. */
export function tlsOfClients(): Pick<ConnectOptions, "host" | "tls"> {
  const cert = certificate();
  if (cert === undefined) return {};
  return { host: "localhost", tls: { believed: () => Promise.resolve([cert]) } };
}

let read: string | undefined;

/** The certificate by which the server is known; `undefined` while no TLS is spoken. */
export function certificate(): string | undefined {
  const folder = Deno.env.get(VARIABLE);
  return folder === undefined ? undefined : read ??= Deno.readTextFileSync(`${folder}/cert.pem`);
}
