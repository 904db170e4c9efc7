/**
 * `chat receive`: files from others, onto the disk.
 *
 * @module
 */

import { type Command, Option } from "@commander-js/extra-typings";
import { EXIT, Failure } from "../failure.ts";
import { limitRateOption, maxFileOption } from "../file_options.ts";
import { defaultDownloads, directory } from "../files/downloads.ts";
import { logIn, nameOption, serverOption, tokenFileOption } from "../log_in.ts";
import { endSignal } from "../signals.ts";
import { isTerminal } from "../streams.ts";
import { tlsCaOption, tlsOption } from "../tls/dial_options.ts";
import { type Address, wholeNumber } from "../values.ts";

/** How long the server is waited for, in ms: one that is just starting is waited for. */
const PATIENCE_MS = 10_000;

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .addOption(new Option("--from <user>", "only files of this user"))
    .option("-y, --yes", "take what is offered without asking", false)
    .addOption(
      new Option("--out <dir>", "directory for received files")
        .env("CHAT_DOWNLOADS").argParser(directory).default(defaultDownloads()),
    )
    .addOption(new Option("--once", "end after one file").default(false).conflicts("count"))
    .addOption(
      new Option("--count <n>", "end after so many files").argParser(wholeNumber(1, 1_000_000)),
    )
    .addOption(maxFileOption())
    .addOption(limitRateOption())
    .addOption(serverOption())
    .addOption(tlsOption())
    .addOption(tlsCaOption())
    .addOption(nameOption())
    .addOption(tokenFileOption())
    .addHelpText(
      "after",
      `
Examples:
  chat receive                             ask for each file
  chat receive --from Anna --yes --once    take one file of Anna's, from a script
  chat receive --yes --out ./inbox         a letter box

A file that is cut off stays as NAME.part, and goes on when it is offered again; after 30 days it is removed.
With --yes, senders do not learn what is in the directory already.`,
    )
    .action(receive);
}

interface ReceiveFlags {
  readonly from?: string | undefined;
  readonly yes: boolean;
  readonly out: string;
  readonly once: boolean;
  readonly count?: number | undefined;
  readonly maxFile: number;
  readonly limitRate: number;
  readonly server: Address;
  readonly name?: string | undefined;
  readonly tokenFile?: string | undefined;
}

async function receive(flags: ReceiveFlags): Promise<void> {
  if (!flags.yes && !isTerminal()) {
    const sentence = "There is nobody to ask here: give --yes to take what is offered.";
    throw new Failure(sentence, EXIT.usage);
  }
  const { Claims } = await import("../files/claims.ts");
  const { lastSession } = await import("../files/last_session.ts");
  const { receiveFiles } = await import("../receive_files.ts");
  using end = endSignal();
  using claims = new Claims();
  await using client = await logIn({
    session: (name) => lastSession(flags.out, flags.server, claims, name),
    server: flags.server,
    name: flags.name,
    tokenFile: flags.tokenFile,
    signal: end.signal,
    patienceMs: PATIENCE_MS,
    permissions: ["net", "read", "write", "sys"],
  });
  await receiveFiles({
    client,
    server: flags.server,
    directory: flags.out,
    fileBytesMax: flags.maxFile,
    claims,
    rate: flags.limitRate,
    from: flags.from,
    yes: flags.yes,
    count: flags.once ? 1 : flags.count,
    signal: end.signal,
  });
}
