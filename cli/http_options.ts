/**
 * Where `chat serve` answers HTTP, what it shows there, who may ask for figures, and whom a browser's page may come from.
 *
 * @module
 */

import { Option } from "@commander-js/extra-typings";
import type { AccountsMode, ServeOptions } from "../server/mod.ts";
import { EXIT, Failure } from "./failure.ts";
import { type Address, listenAddress } from "./values.ts";

/** The shortest `--metrics-token`: what the server says of it, known here without loading the server. */
const METRICS_TOKEN_CHARS_MIN = 16;

/** What is typed for it. */
export interface HttpFlags {
  readonly http?: Address | undefined;
  readonly origin: string[];
  readonly metricsToken?: string | undefined;
  readonly accounts: AccountsMode;
  readonly anonymous: boolean;
}

/** `--http HOST:PORT`. */
export function httpOption(): Option<"--http <host:port>", undefined, undefined, Address> {
  return new Option(
    "--http <host:port>",
    "answer HTTP there: the chat for browsers, /metrics, /healthz, /readyz, /hooks, /ws",
  )
    .env("CHAT_HTTP").argParser(listenAddress);
}

/** `--metrics-token TOKEN`. */
export function metricsTokenOption(): Option<"--metrics-token <token>"> {
  return new Option("--metrics-token <token>", "who asks for /metrics has to show this (Bearer)")
    .env("CHAT_METRICS_TOKEN");
}

/** `--origin URL`. */
export function originOption(): Option<"--origin <url...>", undefined, string[]> {
  return new Option("--origin <url...>", "public address of --http, such as a TLS proxy's")
    .env("CHAT_ORIGIN").default([] as string[]);
}

/**
 * What the server is told of it. The page is read before anything listens; a plain relay shows none.
 *
 * @throws {Failure} When an option cannot be.
 */
export async function httpOf(flags: HttpFlags): Promise<Pick<ServeOptions, "http">> {
  const origins = await publicOrigins(flags);
  const token = metricsToken(flags);
  if (flags.http === undefined) return {};
  const { host: hostname, port } = flags.http;
  const { chatPage } = await import("../observe/dashboard/mod.ts");
  const page = flags.anonymous ? {} : { page: await chatPage(flags.accounts) };
  return { http: { hostname, port, origins, ...token, ...page } };
}

/** The token for metrics. @throws {Failure} When it could be guessed. */
function metricsToken(
  { metricsToken: token }: Pick<HttpFlags, "metricsToken">,
): { readonly metricsToken?: string } {
  if (token === undefined || token === "") return {};
  if (token.length >= METRICS_TOKEN_CHARS_MIN) return { metricsToken: token };
  const least = `${METRICS_TOKEN_CHARS_MIN} characters or more`;
  throw new Failure(
    `--metrics-token has ${least}: CHAT_METRICS_TOKEN shows it to fewer.`,
    EXIT.usage,
  );
}

/** The public addresses. @throws {Failure} When one is none, or there is nothing that they are addresses of. */
async function publicOrigins(
  { origin, http }: Pick<HttpFlags, "origin" | "http">,
): Promise<string[]> {
  const { isOrigin } = await import("../server/mod.ts");
  const wrong = origin.find((text) => !isOrigin(text));
  if (wrong !== undefined) {
    const example = "A public address looks like https://chat.example, without a path.";
    throw new Failure(`--origin cannot be '${wrong}'. ${example}`, EXIT.usage);
  }
  if (origin.length > 0 && http === undefined) {
    throw new Failure("--origin says where --http is found: give --http, too.", EXIT.usage);
  }
  return origin;
}
