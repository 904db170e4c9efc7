/**
 * Sends one file, and is done when its receiver has said that it lies whole on the disk.
 *
 * @module
 */

import type { Client } from "../server/wire/mod.ts";
import { EXIT, Failure } from "./failure.ts";
import { hearAll } from "./file_options.ts";
import { FileReport } from "./file_report.ts";
import type { News, Peer } from "../server/wire/transfers/mod.ts";
import { endText, newsText } from "./files/transfer_text.ts";
import { Transfers } from "./files/transfers.ts";
import type { Address } from "./values.ts";

/** What is sent, and to whom. */
export interface SendFileOptions {
  readonly client: Client;
  readonly server: Address;
  readonly path: string;
  readonly to: Peer;
  readonly rate: number;
  /** The user wants it to end. */
  readonly signal: AbortSignal;
}

/** Sends it. @throws {Failure} When it does not arrive, with what became of it. */
export async function sendFile(options: SendFileOptions): Promise<void> {
  const { client, server, path, to, rate, signal } = options;
  const over = Promise.withResolvers<"over">();
  const ends: Extract<News, { kind: "ended" }>[] = [];
  await using transfers: Transfers = new Transfers({
    client,
    server,
    rate,
    onNews: (news) => {
      if (news.kind === "ended") ends.push(news);
      else report.say(newsText(news));
      if (news.kind === "ended") queueMicrotask(end);
    },
  });
  using report: FileReport = new FileReport(() => transfers.list());
  // In a room, receivers that were cut off get it on their own.
  const end = (): void => {
    const open = transfers.list().some((one) => one.way === "out" && one.phase !== "ended");
    if (!open) over.resolve("over");
  };
  const whom = "user" in to ? to.user : `#${to.room}`;
  report.say(`Offering ${path} to ${whom}, who has 10 minutes to answer.`);
  transfers.send(path, to);
  const why = await Promise.race([
    over.promise,
    hearAll(client, (event) => transfers.hear(event)),
    transfers.failed,
  ]);
  if (signal.aborted) {
    throw new Failure(
      `Interrupted. What ${whom} has is kept there: the same command goes on with it.`,
      EXIT.interrupted,
    );
  }
  if (why !== "over") throw new Failure(why);
  const bad = ends.filter(({ end: { kind } }) => kind === "failed" || kind === "declined");
  for (const { transfer, end } of ends) {
    if (end.kind === "done" || end.kind === "have") report.say(endText(transfer, end));
  }
  const [first] = bad;
  if (first !== undefined) throw new Failure(endText(first.transfer, first.end));
}
