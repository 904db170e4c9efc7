/**
 * The head of an HTTP request, as far as a port needs it that answers a single path and then closes. Pure.
 *
 * @module
 */

/** What is asked for. */
export interface HttpRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
}

/** Where the head of a request ends in what has come: behind its empty line. */
export function endOfHead(text: string): number | undefined {
  const found = /\r?\n\r?\n/.exec(text);
  return found === null ? undefined : found.index + found[0].length;
}

/** Reads the head of a request. @returns Nothing where it is none that HTTP/1.1 allows. */
export function parseRequest(head: string): HttpRequest | undefined {
  const [first = "", ...headers] = head.trimEnd().split(/\r?\n/);
  const { method, target, version } = REQUEST_LINE.exec(first)?.groups ?? {};
  if (method === undefined || target === undefined) return undefined;
  if (!headers.every((line) => HEADER.test(line))) return undefined;
  const hosts = headers.flatMap((line) => HOST.exec(line)?.groups?.["host"] ?? []);
  // One host is told by everybody since HTTP/1.1, and by nobody twice.
  if (hosts.length > 1 || (hosts.length === 0 && version === "1")) return undefined;
  if (!hosts.every((host) => HOST_VALUE.test(host))) return undefined;
  // A proxy asks by the whole address.
  const path = target.replace(/^https?:\/\/[^/?]*/i, "").replace(/\?.*$/, "");
  return { method, path: path === "" ? "/" : path };
}

const REQUEST_LINE =
  /^(?<method>[A-Za-z]+) (?<target>(?:\/|https?:\/\/)[!-~]*) HTTP\/1\.(?<version>[01])$/;
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:/;
const HOST = /^host:[ \t]*(?<host>.*?)[ \t]*$/i;
/** A name or an address, with or without a port; it may be empty. */
const HOST_VALUE = /^(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._~%!$&'()*+,;=-]*)(?::\d*)?$/;
