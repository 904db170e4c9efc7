/**
 * Receives files until so many are there: asks on a terminal, or takes what is offered when that was wanted.
 *
 * Standard output gets the path of each file that is whole, one a line; all else is told on standard error.
 *
 * @module
 */

import type { Client } from "../server/wire/mod.ts";
import { foldText } from "../server/wire/mod.ts";
import { EXIT, Failure } from "./failure.ts";
import { hearAll } from "./file_options.ts";
import { FileReport } from "./file_report.ts";
import type { News } from "../server/wire/transfers/mod.ts";
import { newsText } from "./files/transfer_text.ts";
import { Transfers } from "./files/transfers.ts";
import { inputLines, print } from "./streams.ts";
import { safeText } from "./tty/mod.ts";
import type { Address } from "./values.ts";

/** Milliseconds for which the last sender is waited for to hear that its file arrived. */
const TOLD_MS_MAX = 30_000;

/** How to receive. */
export interface ReceiveFilesOptions {
  readonly client: Client;
  readonly server: Address;
  readonly directory: string;
  readonly fileBytesMax: number;
  readonly rate: number;
  /** Only this user's files. */
  readonly from: string | undefined;
  /** Takes all without asking. */
  readonly yes: boolean;
  /** Files after which it is done; `undefined` for never. */
  readonly count: number | undefined;
  /** The user wants it to end. */
  readonly signal: AbortSignal;
}

/** Receives. @throws {Failure} When one of the files that were counted did not arrive. */
export async function receiveFiles(options: ReceiveFilesOptions): Promise<void> {
  const { client, server, directory, fileBytesMax, rate, signal, count = Infinity } = options;
  const over = Promise.withResolvers<"over">();
  let arrived = 0;
  let failure: string | undefined;
  const onNews = (news: News): void => {
    if (news.transfer.way === "out") return;
    if (news.kind === "offered") return void asking.offer(news);
    report.say(newsText(news));
    const failed = news.kind === "stopped" || (news.kind === "ended" && news.end.kind === "failed");
    if (failed) failure ??= newsText(news);
    else if (news.kind === "ended" && "path" in news.end) {
      arrived++;
      print(`${news.end.path}\n`);
    }
    if (arrived + (failed ? 1 : 0) >= count || (failed && count !== Infinity)) over.resolve("over");
  };
  await using transfers: Transfers = new Transfers({
    client,
    server,
    directory,
    fileBytesMax,
    rate,
    onNews,
  });
  using report: FileReport = new FileReport(() => transfers.list());
  const asking = new Asking(options, transfers, report);
  report.say(`Waiting for files as ${safeText(client.name)}. They go to ${safeText(directory)}.`);
  const asked = options.yes ? new Promise<never>(() => {}) : asking.listen();
  const heard = hearAll(client, (event) => transfers.hear(event));
  const why = await Promise.race([over.promise, heard, asked, transfers.failed]);
  if (signal.aborted) {
    throw new Failure(
      "Interrupted. What has arrived is kept, and goes on when the same file is offered again.",
      EXIT.interrupted,
    );
  }
  if (why !== "over") throw new Failure(why);
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, TOLD_MS_MAX);
  await Promise.race([transfers.told(), late.promise]);
  clearTimeout(timer);
  if (failure !== undefined) throw new Failure(failure);
}

/** Questions, one at a time, in the order of the offers. */
class Asking {
  readonly #options: ReceiveFilesOptions;
  readonly #transfers: Transfers;
  readonly #report: FileReport;
  readonly #open: Extract<News, { kind: "offered" }>[] = [];

  constructor(options: ReceiveFilesOptions, transfers: Transfers, report: FileReport) {
    this.#options = options;
    this.#transfers = transfers;
    this.#report = report;
  }

  offer(news: Extract<News, { kind: "offered" }>): void {
    const { from, yes } = this.#options;
    const { n, peer } = news.transfer;
    if (from !== undefined && foldText(from) !== foldText(peer)) {
      this.#report.say(`${newsText(news)}: not taken, since it is not from ${safeText(from)}.`);
      return;
    }
    if (yes) {
      this.#report.say(newsText(news));
      this.#transfers.accept(n);
    } else if (this.#open.push(news) === 1) this.#ask();
  }

  /** Takes the answers that are typed. */
  async listen(): Promise<string> {
    for await (const line of inputLines()) {
      const news = this.#open.shift();
      if (news === undefined) continue;
      const { n } = news.transfer;
      const known = /^\s*y(es)?\s*$/i.test(line)
        ? this.#transfers.accept(n)
        : this.#transfers.decline(n);
      if (!known) this.#report.say("That offer is over.");
      this.#ask();
    }
    return "There is nobody left to ask.";
  }

  #ask(): void {
    const [news] = this.#open;
    if (news !== undefined) this.#report.say(`${newsText(news)}. Take it? [y/N] `, { open: true });
  }
}
