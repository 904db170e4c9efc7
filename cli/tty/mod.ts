/**
 * The full-screen terminal client: the door of this folder.
 *
 * `runTerminal` takes a client that is connected, or about to be, and the whole terminal, and gives
 * the terminal back as it was. Behind it the parts are pure but for three: `terminal.ts` touches
 * the terminal, `job.ts` stops the job, `app.ts` runs the loop. To read them in the order of an
 * event's way: `keys.ts`, `update.ts` with `model.ts`, `screen.ts`, `paint.ts`.
 *
 * @module
 */

import type { Client } from "../../server/wire/mod.ts";
import type { Bell } from "../../talk/mod.ts";
import type { AccountKeeping } from "./account.ts";
import { runApp } from "./app.ts";
import type { FileOptions } from "./files.ts";
import { start, type TerminalEnd } from "./model.ts";
import { safeText } from "./safe.ts";
import type { Ignoring } from "./on_ignoring.ts";
import { type OpenTerminal, openTerminal } from "./terminal.ts";

export type { Bell } from "../../talk/mod.ts";
export type { AccountKeeping } from "./account.ts";
export type { FileOptions } from "./files.ts";
export type { TerminalEnd } from "./model.ts";
export type { Ignoring } from "./on_ignoring.ts";
export type { OpenTerminal } from "./terminal.ts";

/** What `runTerminal` needs. */
export interface TerminalOptions {
  /** Stays open at the end; whoever made it closes it. */
  readonly client: Client;
  /** HOST:PORT, for the status line. */
  readonly where: string;
  /** When the bell rings. */
  readonly bell: Bell;
  /** Whether rooms that want it are told when its user types. Default: yes. */
  readonly tellsTyping?: boolean | undefined;
  /** Rooms to enter at the first login, beside the lobby. */
  readonly rooms?: readonly string[];
  /** Where files come from and go to; without it there are none. */
  readonly files?: FileOptions;
  /** What this machine keeps of accounts; without it, nothing. */
  readonly keeping?: AccountKeeping;
  /** Whom its user ignores; without it, nobody at first, and that is not kept. */
  readonly ignoring?: Ignoring;
  /** Ends it from outside. */
  readonly signal?: AbortSignal;
  /** Default: the terminal of this process. */
  readonly openTerminal?: OpenTerminal;
}

/**
 * Shows a client on the terminal until its user leaves.
 *
 * @returns Why it ended. The terminal is as it was before.
 */
export function runTerminal(options: TerminalOptions): Promise<TerminalEnd> {
  const { client, where, bell, tellsTyping = true, rooms = [], files, keeping, ignoring, signal } =
    options;
  return runApp({
    client,
    openTerminal: options.openTerminal ?? openTerminal,
    ...(files === undefined ? {} : { files }),
    ...(keeping === undefined ? {} : { keeping }),
    ...(ignoring === undefined ? {} : { ignoring }),
    ...(signal === undefined ? {} : { signal }),
    start: ({ size }) =>
      start({
        me: client.name,
        where,
        bell,
        tellsTyping,
        size,
        now: Date.now(),
        idSecret: crypto.randomUUID(),
        rooms,
        ...(ignoring === undefined ? {} : { ignored: ignoring.names }),
      }),
  });
}

/** What to print on the restored screen, safe and line by line: why it ended, what was lost. */
export function farewell(end: TerminalEnd): string[] {
  const lines = end.kind === "closed" ? [end.sentence] : [];
  if (end.unsent.length > 0) {
    lines.push(
      "Not acknowledged by the server:",
      ...end.unsent.map((text) => `  ${safeText(text)}`),
    );
  }
  return lines;
}
