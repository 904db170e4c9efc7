/**
 * One post: to an address that was judged, over a connection of its own, within a limit of time.
 *
 * ```text
 *   name ─► its addresses ─► the first that may be reached ─► connected to that address, whatever the name leads to by now
 *                                        │                          └─ TLS: the name is what the other end proves
 *                                        └─ none: not posted
 * ```
 *
 * It speaks HTTP by itself, as the server does: the runtime's own client looks names up again, and follows where it is sent. Here an answer
 * that leads elsewhere is a failure. Of an answer the first line counts, and `Retry-After`.
 *
 * @module
 */

import { HOOK_ANSWER_BYTES_MAX, HOOK_POST_MS_MAX } from "./limits.ts";
import type { Line, Outside } from "./outside.ts";

/** What is posted, and where. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What became of it. */
export type Posted =
  | { readonly kind: "taken" }
  /** It was refused by a number; another try may change nothing. */
  | { readonly kind: "refused"; readonly why: string }
  /** It was not taken, and may be later. */
  | { readonly kind: "failed"; readonly why: string; readonly waitMs?: number };

/** How it is posted. */
export interface PostParts {
  readonly outside: Outside;
  /** Whether an address may be reached. */
  readonly mayReach: (address: string) => boolean;
  /** Gives it up. */
  readonly signal: AbortSignal;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/** Posts. Never throws. */
export async function post(post: Post, { outside, mayReach, signal }: PostParts): Promise<Posted> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(HOOK_POST_MS_MAX)]);
  try {
    return await within(limit, tryToPost(post, { outside, mayReach, signal: limit }));
  } catch (error) {
    const why = limit.aborted
      ? `No answer within ${HOOK_POST_MS_MAX / 1_000} s`
      : error instanceof Error
      ? error.message
      : String(error);
    return { kind: "failed", why };
  }
}

async function tryToPost(
  { url, headers, body }: Post,
  { outside, mayReach, signal }: PostParts,
): Promise<Posted> {
  const { protocol, hostname, port, host, pathname, search } = new URL(url);
  const name = hostname.replace(/^\[|\]$/g, "");
  const isSecure = protocol === "https:";
  const addresses = await outside.lookUp(name);
  const address = addresses.find(mayReach);
  if (address === undefined) {
    const why = `${
      addresses[0] ?? name
    } is no address of the internet, and not allowed (--hook-to)`;
    return { kind: "failed", why };
  }
  const to = {
    hostname: address,
    port: port === "" ? (isSecure ? 443 : 80) : Number(port),
    name: isSecure ? name : undefined,
  };
  const line = await outside.connect(to, signal);
  const close = closing(line);
  if (signal.aborted) close();
  signal.addEventListener("abort", close);
  try {
    const lines = [
      `POST ${pathname}${search} HTTP/1.1`,
      `Host: ${host}`,
      "Connection: close",
      `Content-Length: ${body.length}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    await writeAll(line, encoder.encode(`${lines.join("\r\n")}\r\n\r\n`));
    await writeAll(line, body);
    return outcomeOf(await readHead(line));
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}

/** What an answer comes to. */
export function outcomeOf(head: string): Posted {
  const [, digits] = /^HTTP\/1\.[01] (\d{3})(?: |\r)/.exec(head) ?? [];
  if (digits === undefined) return { kind: "failed", why: "The answer is no HTTP" };
  const status = Number(digits);
  if (status >= 200 && status < 300) return { kind: "taken" };
  const why = `The answer is ${status}`;
  if (status >= 300 && status < 400) return { kind: "failed", why: `${why}: it leads elsewhere` };
  const isLater = status >= 500 || status === 408 || status === 425 || status === 429;
  if (!isLater) return { kind: "refused", why };
  const [, seconds] = /\r\nretry-after: *(\d{1,6})\r/i.exec(head) ?? [];
  return {
    kind: "failed",
    why,
    ...(seconds === undefined ? {} : { waitMs: Number(seconds) * 1_000 }),
  };
}

/** Reads the head of an answer, past those that only say to go on. @throws When there is none. */
async function readHead(line: Line): Promise<string> {
  const buffer = new Uint8Array(HOOK_ANSWER_BYTES_MAX);
  for (let filled = 0; filled < buffer.length;) {
    const count = await line.read(buffer.subarray(filled));
    if (count === null) break;
    filled += count;
    const text = decoder.decode(buffer.subarray(0, filled)).replace(
      /^(?:HTTP\/1\.1 1\d\d[^]*?\r\n\r\n)+/,
      "",
    );
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) return text.slice(0, end + 2);
  }
  throw new Error("The answer has no end, or there is none");
}

async function writeAll(line: Line, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await line.write(bytes.subarray(at));
}

/** Closes a connection, once: who gives up and who is done may both do it. */
function closing(line: Line): () => void {
  let isOpen = true;
  return () => {
    if (isOpen) line.close();
    isOpen = false;
  };
}

/** What a promise comes to, or, if a signal fires before that, an error: a name may take long to be looked up, and nothing ends that. */
async function within<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const give = (): void => reject(new Error("It took too long"));
  if (signal.aborted) give();
  signal.addEventListener("abort", give);
  try {
    return await Promise.race([promise, late]);
  } finally {
    signal.removeEventListener("abort", give);
    // Whatever it comes to now, nobody waits for it.
    promise.catch(() => {});
    late.catch(() => {});
  }
}
