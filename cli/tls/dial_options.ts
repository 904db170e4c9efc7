/**
 * How a client's command is told to speak TLS: `chats://HOST`, or `--tls`; and by `--tls-ca` whom to believe.
 *
 * @module
 */

import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { EXIT, Failure } from "../failure.ts";
import type { Address } from "../values.ts";

/** `--tls`. */
export function tlsOption(): Option<"--tls", undefined, false> {
  return new Option("--tls", "speak TLS with the server, as with chats://HOST:PORT")
    .env("CHAT_CONNECT_TLS").default(false as const);
}

/** `--tls-ca FILE`. */
export function tlsCaOption(): Option<"--tls-ca <file>"> {
  return new Option("--tls-ca <file>", "authorities (PEM) that are believed beside the usual ones")
    .env("CHAT_TLS_CA");
}

/** Settles over TLS whom to believe, when all options of a command are known; nothing for one that knows no server. */
export async function settleTls(command: CommandUnknownOpts): Promise<void> {
  const { server, tls, tlsCa } = command.opts() as {
    readonly server?: Address | undefined;
    readonly tls?: unknown;
    readonly tlsCa?: string | undefined;
  };
  if (server === undefined) return;
  const [first] = command.processedArgs;
  const isAddress = typeof first === "object" && first !== null && "host" in first;
  const meant: Address = isAddress ? first as Address : server;
  if (tls !== true && meant.tls === undefined) {
    if (tlsCa === undefined) return;
    throw new Failure("--tls-ca is about TLS: give --tls, or chats://HOST:PORT.", EXIT.usage);
  }
  const { Trust } = await import("./trust.ts");
  const settled = { ...meant, tls: await Trust.of(meant, tlsCa) };
  if (isAddress) command.processedArgs[0] = settled;
  command.setOptionValue("server", settled);
}
