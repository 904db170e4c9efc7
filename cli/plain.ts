/**
 * The client without a screen: lines of standard input are said, what others say is printed.
 *
 * Ends when the input has ended and everything was acknowledged, also when nobody reads the output any more: a log that
 * is piped in is said to its end. Breaks of the connection are bridged by the client; they are told on standard error,
 * since standard output belongs to the conversation.
 *
 * @module
 */

import { type Client, type ClientEvent, ClosedError } from "../server/wire/mod.ts";
import { Failure } from "./failure.ts";
import { harmlessJson } from "./json_text.ts";
import { PlainLines } from "./plain_lines.ts";
import { PlainWaiting } from "./plain_waiting.ts";
import { SideOutput } from "./side_output.ts";
import { inputLines, printError } from "./streams.ts";
import { safeText } from "./tty/safe.ts";

/** Lines that may be said and not acknowledged before more are read: the pipe's writer waits then. */
const UNACKNOWLEDGED_MAX = 1_000;
/** How long after the end of input the last acknowledgements are waited for, in ms. */
const LAST_ACK_MS = 60_000;

/**
 * Talks until the input ends or `signal` fires.
 *
 * @throws {Failure} When something was not acknowledged, or could not be printed.
 */
export async function talkInLines(
  client: Client,
  { json, signal }: { readonly json: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const output = new SideOutput();
  const lines = new PlainLines();
  using waiting = new PlainWaiting(
    client,
    (sentence, whispers) => output.print(lines.waited(sentence, whispers, client.name)),
  );
  const printed = json ? undefined : { lines, waiting };
  const listening = listen(client, { printed, output, signal });
  const refused = await Promise.race([sayAll(client), fired(signal)]);
  if (!json && !signal.aborted) await Promise.race([waiting.settled(), fired(signal)]);
  await client.close();
  await listening;
  await output.flushed(signal);
  if (refused !== undefined) throw new Failure(refused);
  if (output.failure !== undefined) throw output.failure;
}

/** Resolves when a signal fires: then nobody waits for the rest of the input. */
function fired(signal: AbortSignal): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  if (signal.aborted) resolve(undefined);
  signal.addEventListener("abort", () => resolve(undefined), { once: true });
  return promise;
}

async function listen(
  client: Client,
  { printed, output, signal }: {
    /** Without it, events are printed as JSON. */
    readonly printed: { readonly lines: PlainLines; readonly waiting: PlainWaiting } | undefined;
    readonly output: SideOutput;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  for await (const event of client) {
    if (event.type === "Status") tellStatus(event.status);
    if (printed !== undefined) {
      const { lines, waiting } = printed;
      output.print(lines.of(event, client.name));
      if (event.type === "Welcome") waiting.welcomed(event);
      if (event.type === "PrivateMessage") waiting.heard(event, client.name);
    } else if (event.type !== "Status") output.print(jsonLine(event));
    // Who reads slowly is waited for, and in the end the server notices.
    await output.room(signal);
  }
}

function jsonLine(event: ClientEvent): string {
  try {
    return `${harmlessJson(JSON.stringify(event, withoutSecret))}\n`;
  } catch (error) {
    // It holds a million arrays, one in the other, where nobody looks.
    if (!(error instanceof RangeError)) throw error;
    printError("Something that the server has sent is too deep to be printed, and is left out.\n");
    return "";
  }
}

/** What is printed may be kept in a log; the session's secret opens its whispers, the device's token its account. */
function withoutSecret(key: string, value: unknown): unknown {
  return key === "session" || key === "device" ? undefined : value;
}

function tellStatus(status: Client["status"]): void {
  if (status.kind === "offline") {
    const seconds = (status.retryInMs / 1_000).toFixed(1);
    printError(`${safeText(status.reason)} Trying again in ${seconds} s.\n`);
  }
}

function tellBroken(): void {
  printError("Some of the input is no UTF-8: '�' is said in its place.\n");
}

/** Says every line. @returns Why the first one that was refused was refused. */
async function sayAll(client: Client): Promise<string | undefined> {
  let refused: string | undefined;
  const saying = new Set<Promise<void>>();
  for await (const line of inputLines(tellBroken)) {
    if (client.status.kind === "closed") break;
    if (line.trim() === "") continue;
    const said: Promise<void> = client.say(line).then(
      () => {},
      (error: Error) => void (refused ??= refusalText(line, error)),
    ).finally(() => saying.delete(said));
    saying.add(said);
    if (saying.size >= UNACKNOWLEDGED_MAX) await Promise.race(saying);
  }
  const timer = setTimeout(() => void client.close(), LAST_ACK_MS);
  await Promise.all(saying);
  clearTimeout(timer);
  return refused;
}

/** Why a line was not acknowledged, in a sentence that is true of it. */
function refusalText(line: string, error: Error): string {
  const said = `"${safeText(line.slice(0, 40))}"`;
  const why = safeText(error.message);
  if (error instanceof ClosedError && error.unknown) {
    return `It is not known whether ${said} was stored: ${why}`;
  }
  return `${said} was not sent: ${why}`;
}
