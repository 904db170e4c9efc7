/**
 * The client without a screen: lines of standard input are said, what others say is printed.
 *
 * Ends when the input has ended and everything was acknowledged. Breaks of the connection are bridged by the
 * client; they are told on standard error, since standard output belongs to the conversation.
 *
 * @module
 */

import {
  type Client,
  type ClientEvent,
  ClosedError,
  type ErrorMessage,
  withoutMarks,
} from "../server/wire/mod.ts";
import { Failure } from "./failure.ts";
import { inputLines, print, printError } from "./streams.ts";
import { safeText } from "./tty/mod.ts";

/** Lines that may be said and not acknowledged before more are read: the pipe's writer waits then. */
const UNACKNOWLEDGED_MAX = 1_000;
/** How long after the end of input the last acknowledgements are waited for, in ms. */
const LAST_ACK_MS = 60_000;

/** Talks until the input ends. @throws {Failure} When something was not acknowledged. */
export async function talkInLines(client: Client, { json }: { json: boolean }): Promise<void> {
  const listening = listen(client, json);
  const refused = await sayAll(client);
  await client.close();
  await listening;
  if (refused !== undefined) throw new Failure(refused);
}

async function listen(client: Client, json: boolean): Promise<void> {
  for await (const event of client) {
    if (event.type === "Status") tellStatus(event.status);
    else if (json) print(JSON.stringify(event, withoutSecret) + "\n");
    else {
      const text = plainLines(event, client.name);
      if (text !== undefined) print(text);
    }
  }
}

/** What is printed may be kept in a log; the session's secret opens its whispers. */
function withoutSecret(key: string, value: unknown): unknown {
  return key === "session" ? undefined : value;
}

function tellStatus(status: Client["status"]): void {
  if (status.kind === "offline") {
    const seconds = (status.retryInMs / 1_000).toFixed(1);
    printError(`${status.reason} Trying again in ${seconds} s.\n`);
  }
}

/** Says every line. @returns Why the first one that was refused was refused. */
async function sayAll(client: Client): Promise<string | undefined> {
  let refused: string | undefined;
  const saying = new Set<Promise<void>>();
  for await (const line of inputLines()) {
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
  if (error instanceof ClosedError && error.unknown) {
    return `It is not known whether ${said} was stored: ${error.message}`;
  }
  return `${said} was not sent: ${error.message}`;
}

/** What is printed of an event; nothing of one's own words and of answers. */
export function plainLines(event: ClientEvent, own: string): string | undefined {
  switch (event.type) {
    case "NewMessage":
      return event.from === own ? undefined : said(`${event.from}: `, event.content);
    case "PrivateMessage":
      return said(`[Private from ${event.from}] `, event.content);
    case "UserJoined":
      return `[Server] ${event.username} has joined.\n`;
    case "UserLeft":
      return `[Server] ${event.username} has left.\n`;
    case "Error":
      return serverLine(event);
    default:
      return undefined;
  }
}

function said(start: string, content: string): string {
  return withoutMarks(content).split("\n").map((line) => `${safeText(start + line)}\n`).join("");
}

function serverLine({ msg }: ErrorMessage): string {
  return `[Server] ${safeText(msg)}\n`;
}
