/**
 * What to type so that the dashboard's kernel panel has something to show. Pure.
 *
 * The commands are to be copied: they name the server's process where it is known, and what was given to this dashboard.
 *
 * @module
 */

import type { Commands } from "../../observe/dashboard/mod.ts";

/** What this dashboard was started with. */
export interface Started {
  /** HOST:PORT of the server, unless it is the usual one. */
  readonly server: string | undefined;
  /** The server's data directory, which root would look for elsewhere. */
  readonly data: string;
  /** Whether everybody's command would look there by itself. */
  readonly isUsualData: boolean;
  /** The reader's name, unless it is the user's. */
  readonly name: string | undefined;
  readonly rooms: readonly string[];
}

/** Where an observer tells, unless somebody says otherwise. */
export const SOCKET_USUAL = "/tmp/seen.sock";

/** Root for the observer alone; the page needs none. */
export function observerAndPage(started: Started): Commands {
  const data = started.isUsualData ? "" : dataOf(started);
  return (pid) => [
    observer(pid, SOCKET_USUAL, started.server),
    `chat dashboard${again(started)}${data} --observer-socket ${SOCKET_USUAL}`,
  ];
}

/** The observer for a page that waits at a socket. */
export function observerAt(path: string, server?: string): Commands {
  return (pid) => [observer(pid, path, server)];
}

/** The page again, now for whatever process the server is; when that is told. */
export function pageAsRoot(started: Started): Commands {
  return (pid) =>
    pid === undefined
      ? []
      : [`sudo chat dashboard${again(started)} --pid server${dataOf(started)}`];
}

/** Which process it is the observer finds itself where nobody says it. */
function observer(pid: number | undefined, path: string, server: string | undefined): string {
  const where = pid === undefined && server !== undefined ? ` -s ${server}` : "";
  return `sudo chat observe --pid ${pid ?? "server"}${where} --socket ${quoted(path)} --events`;
}

/** The same server, name and rooms as before. */
function again({ server, name, rooms }: Started): string {
  return [
    ...(server === undefined ? [] : [`-s ${server}`]),
    ...(name === undefined ? [] : [`-n ${quoted(name)}`]),
    ...(rooms.length === 0 ? [] : [`-r ${rooms.map(quoted).join(" ")}`]),
  ].map((option) => ` ${option}`).join("");
}

function dataOf({ data }: Started): string {
  return ` --data ${quoted(data)}`;
}

/** A word for a shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
