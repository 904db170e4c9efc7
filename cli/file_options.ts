/**
 * Options that everything has that sends or receives files, and the client with its transfers.
 *
 * @module
 */

import { Option } from "@commander-js/extra-typings";
import type { Client, ClientEvent } from "../server/wire/mod.ts";
import { byteCount, byteRate } from "./files/byte_count.ts";
import { FILE_BYTES_MAX } from "./files/limits.ts";

/** `--limit-rate RATE`. */
export function limitRateOption(): Option<"--limit-rate <rate>", undefined, number, number> {
  return new Option(
    "--limit-rate <rate>",
    "bytes per second for files, such as 500k or 2M; 0 for no limit",
  )
    .env("CHAT_LIMIT_RATE").argParser(byteRate).default(0);
}

/** `--max-file BYTES` of somebody who receives. */
export function maxFileOption(): Option<"--max-file <bytes>", undefined, number, number> {
  return new Option("--max-file <bytes>", "largest file to receive, such as 500M")
    .env("CHAT_MAX_FILE").argParser(byteCount).default(FILE_BYTES_MAX, "16GiB");
}

/** Gives a client's events to its transfers. @returns Why the client ended. */
export async function hearAll(client: Client, hear: (event: ClientEvent) => void): Promise<string> {
  for await (const event of client) hear(event);
  const { status } = client;
  return (status.kind === "closed" ? status.reason : undefined) ?? "The connection was closed.";
}
