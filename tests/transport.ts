/**
 * Over which sockets the tests' servers run: `CHAT_TRANSPORT=runtime` has all of them run over the runtime's, whether they are in
 * this process or in one of theirs.
 *
 * @module
 */

import type { TransportChoice } from "../server/mod.ts";

const KINDS: readonly TransportChoice[] = ["auto", "runtime", "epoll"];

/** What the environment asks for; the program's default when it says nothing. */
export function testedTransport(): TransportChoice {
  const wanted = Deno.env.get("CHAT_TRANSPORT") ?? "auto";
  const kind = KINDS.find((kind) => kind === wanted);
  if (kind === undefined) throw new Error(`CHAT_TRANSPORT is '${wanted}': no kind of sockets`);
  return kind;
}
