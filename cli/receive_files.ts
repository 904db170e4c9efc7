/**
 * Receives files until so many are there: asks on a terminal, or takes what is offered when that was wanted.
 *
 * Standard output gets the path of each file that is whole, one a line; all else is told on standard error.
 *
 * @module
 */

import { wait } from "../ground/mod.ts";
import { type Client, foldText } from "../server/wire/mod.ts";
import type { News } from "../server/wire/transfers/mod.ts";
import { EXIT, Failure } from "./failure.ts";
import { hearAll } from "./file_options.ts";
import { FileReport } from "./file_report.ts";
import type { Claims } from "./files/claims.ts";
import { removeOldParts } from "./files/old_parts.ts";
import { Questions } from "./files/questions.ts";
import { counted, isEnough, NO_FILES, type Tally } from "./files/tally.ts";
import { newsText, oldPartsText } from "./files/transfer_text.ts";
import { Transfers } from "./files/transfers.ts";
import { SideOutput } from "./side_output.ts";
import { inputLines } from "./streams.ts";
import { safeText } from "./tty/safe.ts";
import type { Address } from "./values.ts";

/** Milliseconds for which the last sender is waited for to hear that its file arrived. */
const TOLD_MS_MAX = 30_000;
/** Senders whose unwanted offers are told of; those of further ones are declined without a word. */
const UNWANTED_TOLD_MAX = 20;

/** How to receive. */
export interface ReceiveFilesOptions {
  readonly client: Client;
  readonly server: Address;
  readonly directory: string;
  readonly fileBytesMax: number;
  /** What of it is held from before. */
  readonly claims: Claims;
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

type Offered = Extract<News, { kind: "offered" }>;

/** Receives. @throws {Failure} When one of the files that were counted did not arrive. */
export async function receiveFiles(options: ReceiveFilesOptions): Promise<void> {
  const { client, server, directory, fileBytesMax, claims, rate, signal } = options;
  const receiving = new Receiving(options);
  await using transfers: Transfers = new Transfers({
    client,
    server,
    directory,
    fileBytesMax,
    claims,
    rate,
    // Nobody looks who offers what: then nobody may learn what lies here.
    concealed: options.yes,
    wants: (sender) => receiving.wants(sender),
    onNews: (news) => receiving.hear(news),
  });
  using report: FileReport = new FileReport(() => transfers.list());
  receiving.begin(transfers, report);
  const removed = await removeOldParts(directory);
  if (removed.length > 0) report.say(oldPartsText(removed));
  report.say(`Waiting for files as ${safeText(client.name)}. They go to ${safeText(directory)}.`);
  const heard = hearAll(client, (event) => transfers.hear(event));
  const answers = options.yes ? new Promise<never>(() => {}) : receiving.listen();
  const why = await Promise.race([receiving.over, heard, answers, transfers.failed]);
  if (signal.aborted) {
    throw new Failure(
      "Interrupted. What has arrived is kept, and goes on when the same file is offered again.",
      EXIT.interrupted,
    );
  }
  if (why !== "over") throw new Failure(safeText(why));
  await toldOrLate(transfers);
  await receiving.paths.flushed(signal);
  const { failed } = receiving.tally;
  if (failed !== undefined) throw new Failure(newsText(failed));
  if (receiving.paths.failure !== undefined) throw receiving.paths.failure;
}

/** Waits until senders know that their files are here, but not for ever. */
async function toldOrLate(transfers: Transfers): Promise<void> {
  const patience = new AbortController();
  await Promise.race([transfers.whenTold(), wait(TOLD_MS_MAX, patience.signal)]);
  patience.abort();
}

/** What becomes of offers, and when it is enough. */
class Receiving {
  /** Where the paths of files go that are whole. */
  readonly paths: SideOutput = new SideOutput();
  readonly #options: ReceiveFilesOptions;
  readonly #over = Promise.withResolvers<"over">();
  /** Nobody answers, and nothing is on its way. */
  readonly #idle = Promise.withResolvers<void>();
  readonly #questions = new Questions<Offered & { readonly n: number; readonly from: string }>();
  /** Senders whose offers were declined unseen. */
  readonly #unwanted = new Set<string>();
  #transfers: Transfers | undefined;
  #report: FileReport | undefined;
  #tally: Tally = NO_FILES;
  /** Whether a question stands on the line. */
  #asked = false;
  /** Nobody answers any more: what was taken still comes. */
  #deaf = false;

  constructor(options: ReceiveFilesOptions) {
    this.#options = options;
  }

  /** What has come. */
  get tally(): Tally {
    return this.#tally;
  }

  /** Resolves when it is enough. */
  get over(): Promise<"over"> {
    return this.#over.promise;
  }

  /** Where answers go, and what is told. */
  begin(transfers: Transfers, report: FileReport): void {
    this.#transfers = transfers;
    this.#report = report;
  }

  /** Whether somebody's offers are wanted. */
  wants(sender: string): boolean {
    const { from } = this.#options;
    if (this.#deaf || this.#isEnough()) return false;
    if (from === undefined || foldText(from) === foldText(sender)) return true;
    if (this.#unwanted.size < UNWANTED_TOLD_MAX && !this.#unwanted.has(foldText(sender))) {
      this.#unwanted.add(foldText(sender));
      this.#say(
        `${safeText(sender)} offers files: declined, since only ${safeText(from)}'s are taken.`,
      );
    }
    return false;
  }

  hear(news: News): void {
    const { n, way, peer } = news.transfer;
    if (way === "out") return;
    if (news.kind === "offered") {
      if (this.#options.yes) {
        this.#say(newsText(news));
        this.#transfers?.accept(n);
      } else if (this.#questions.add({ ...news, n, from: foldText(peer) })) this.#ask();
      return;
    }
    const wasAsked = this.#questions.end(n, performance.now());
    const untaken = news.kind === "ended" && news.end.kind === "failed" &&
      news.end.untaken === true;
    // Offers come and go unseen; only of one that is being decided on it matters.
    const path = news.kind === "ended" && "path" in news.end ? news.end.path : undefined;
    if (!untaken || wasAsked) this.#say(newsText(news), path);
    this.#tally = counted(this.#tally, news);
    if (this.#isEnough()) this.#over.resolve("over");
    // The step has to be over: what stopped is an offer again then, which nobody here would accept a second time.
    queueMicrotask(() => {
      if (news.kind === "stopped") this.#transfers?.decline(n, news.hindrance);
      if (this.#deaf) this.#endIfIdle();
    });
  }

  /** Takes the answers that are typed. @returns Why it ends, when nothing is left to wait for. */
  async listen(): Promise<string> {
    for await (const line of inputLines()) {
      this.#asked = false;
      const question = this.#questions.answer(performance.now());
      if (question === undefined) {
        if (this.#questions.current !== undefined) {
          this.#say("That was too soon: the question is another one by now.");
          this.#ask();
        }
        continue;
      }
      const known = /^\s*y(es)?\s*$/i.test(line)
        ? this.#transfers?.accept(question.n)
        : this.#transfers?.decline(question.n);
      if (!known) this.#say("That offer is over.");
      this.#ask();
    }
    this.#deaf = true;
    for (const { n } of this.#questions.clear()) this.#transfers?.decline(n);
    if (this.#coming() > 0) this.#say("Nobody is asked any more. What is on its way still comes.");
    this.#endIfIdle();
    await Promise.race([this.#over.promise, this.#idle.promise]);
    const { arrived, failed } = this.#tally;
    const { count = 1 } = this.#options;
    return failed !== undefined || arrived >= count ? "over" : "There is nobody left to ask.";
  }

  #endIfIdle(): void {
    if (this.#coming() === 0) this.#idle.resolve();
  }

  #coming(): number {
    const list = this.#transfers?.list() ?? [];
    return list.filter(({ way, phase }) => way === "in" && phase !== "ended" && phase !== "offered")
      .length;
  }

  #isEnough(): boolean {
    return isEnough(this.#tally, this.#options.count ?? Infinity);
  }

  /**
   * Says something; a question that stands on the line is asked again behind it.
   *
   * @param path Of a file that is whole, for standard output: it may be the same terminal.
   */
  #say(text: string, path?: string): void {
    this.#report?.say(this.#asked ? `\n${text}` : text);
    if (path !== undefined) this.paths.print(`${path}\n`);
    if (this.#asked) this.#ask();
  }

  #ask(): void {
    const news = this.#questions.current;
    this.#asked = news !== undefined;
    if (news !== undefined) this.#report?.say(`${newsText(news)}. Take it? [y/N] `, { open: true });
  }
}
