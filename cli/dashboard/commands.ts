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
}

/** Where an observer tells, unless somebody says otherwise. */
export const SOCKET_USUAL = "/tmp/seen.sock";
/** Finds the servers of this machine when nobody says which process it is. */
const FIND = "$(pgrep -d, -f 'main.ts serve')";

/** Root for the observer alone; the page needs none. */
export function observerAndPage({ server }: Started): Commands {
  return (pid) => [
    observer(pid, SOCKET_USUAL),
    `chat dashboard${serverOf(server)} --observer-socket ${SOCKET_USUAL}`,
  ];
}

/** The observer for a page that waits at a socket. */
export function observerAt(path: string): Commands {
  return (pid) => [observer(pid, path)];
}

/** The page again, now for whatever process the server is; when that is told. */
export function pageAsRoot({ server, data }: Started): Commands {
  return (pid) =>
    pid === undefined
      ? []
      : [`sudo chat dashboard${serverOf(server)} --pid server --data ${quoted(data)}`];
}

function observer(pid: number | undefined, path: string): string {
  return `sudo chat observe --pid ${pid ?? FIND} --socket ${quoted(path)} --events`;
}

function serverOf(server: string | undefined): string {
  return server === undefined ? "" : ` -s ${server}`;
}

/** A word for a shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
