/**
 * `chat send`: one message from a script, or one file.
 *
 * @module
 */

import { type Command, Option } from "@commander-js/extra-typings";
import { EXIT, explain, Failure } from "../failure.ts";
import { limitRateOption } from "../file_options.ts";
import { logIn, nameOption, serverOption, tokenFileOption } from "../log_in.ts";
import { endSignal } from "../signals.ts";
import { inputText } from "../streams.ts";
import { tlsCaOption, tlsOption } from "../tls/dial_options.ts";
import { wholeNumber } from "../values.ts";

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .argument("[text...]", "what to say; without it, standard input is the message")
    .addOption(new Option("--to <user>", "whisper to one user").conflicts("room"))
    .option("--room <room>", "say it in this room instead of the lobby")
    .option("--file <path>", "send this file, to a user or to all in a room")
    .addOption(limitRateOption())
    .addOption(serverOption())
    .addOption(tlsOption())
    .addOption(tlsCaOption())
    .addOption(nameOption())
    .addOption(tokenFileOption())
    .addOption(
      new Option("--timeout <seconds>", "give up after so long")
        .argParser(wholeNumber(1, 86_400)).default(10),
    )
    .addHelpText(
      "after",
      `
Examples:
  chat send "the build is green"
  chat send --room ops --name ci "deployed"
  uptime | chat send --to Alice
  CHAT_TOKEN=… chat send --name ci "deployed"    as an account, from a machine that keeps no files
  chat send --file report.pdf --to Alice    done when Alice's client has compared its SHA-256`,
    )
    .action(send);
}

interface SendFlags {
  readonly to?: string | undefined;
  readonly room?: string | undefined;
  readonly file?: string | undefined;
  readonly limitRate: number;
  readonly server: { readonly host: string; readonly port: number };
  readonly name?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly timeout: number;
}

async function send(words: readonly string[], flags: SendFlags): Promise<void> {
  if (flags.file !== undefined) return await sendOneFile(flags.file, words, flags);
  const text = words.length > 0 ? words.join(" ") : await fromInput();
  const room = flags.room?.replace(/^#/, "");
  using end = endSignal();
  using limit = timeLimit(flags.timeout * 1_000);
  const signal = AbortSignal.any([end.signal, limit.signal]);
  await using client = await logIn({
    ...flags,
    // Nobody elsewhere sees it come and go; to whisper, one is nowhere.
    onlyRooms: flags.to === undefined ? [room ?? "lobby"] : [],
    signal,
    patienceMs: flags.timeout * 1_000,
    onAsk: limit.stop,
    permissions: ["net"],
  });
  limit.start();
  try {
    if (flags.to !== undefined) await client.whisper(flags.to, text);
    else await client.say(text, room === undefined ? {} : { room });
  } catch (error) {
    if (end.signal.aborted) {
      throw new Failure(
        "Interrupted: it is not known whether the message arrived.",
        EXIT.interrupted,
      );
    }
    const unknown = error instanceof Error && "unknown" in error && error.unknown === true;
    const outcome = unknown ? "It is not known whether it was stored." : "It was not sent.";
    if (signal.aborted) {
      throw new Failure(
        `The server did not acknowledge the message within ${flags.timeout} s. ${outcome}`,
      );
    }
    throw unknown ? new Failure(`${explain(error).sentence} ${outcome}`) : error;
  }
}

/** A signal that fires after so long, unless it is stopped meanwhile; it begins at once. */
function timeLimit(ms: number): Disposable & {
  readonly signal: AbortSignal;
  readonly start: () => void;
  readonly stop: () => void;
} {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const start = () => {
    timer ??= setTimeout(() => controller.abort(), ms);
  };
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  start();
  return { signal: controller.signal, start, stop, [Symbol.dispose]: stop };
}

async function sendOneFile(
  path: string,
  words: readonly string[],
  { to: user, room, server, name, tokenFile, timeout, limitRate: rate }: SendFlags,
): Promise<void> {
  if (words.length > 0) {
    throw new Failure("Send either a text or a file, not both.", EXIT.usage);
  }
  if (user === undefined && room === undefined) {
    throw new Failure("Who shall have the file? Give --to USER or --room ROOM.", EXIT.usage);
  }
  const { sendFile } = await import("../send_file.ts");
  const { demandSendable } = await import("../files/source.ts");
  // Before anybody is told of it.
  await demandSendable(path);
  const place = room?.replace(/^#/, "");
  using end = endSignal();
  await using client = await logIn({
    server,
    name,
    tokenFile,
    // Where those who are away are seen to come back, so that a transfer goes on.
    onlyRooms: [place ?? "lobby"],
    signal: end.signal,
    patienceMs: timeout * 1_000,
    permissions: ["net", "read"],
  });
  const to = place === undefined ? { user: user ?? "" } : { room: place };
  await sendFile({ client, server, path, to, rate, signal: end.signal });
}

async function fromInput(): Promise<string> {
  if (Deno.stdin.isTerminal()) {
    throw new Failure("There is nothing to send: give the text, or pipe it in.", EXIT.usage);
  }
  const text = (await inputText()).trimEnd();
  if (text === "") throw new Failure("There is nothing to send: standard input was empty.");
  return text;
}
