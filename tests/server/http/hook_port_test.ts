/**
 * Over which ways the tokens of hooks are taken, and whose limits count behind a proxy.
 *
 * @module
 */

import type { Address } from "../../../server/addresses/address.ts";
import { rangeOf } from "../../../server/addresses/range.ts";
import { FREE } from "../../../server/budget/mod.ts";
import { HookPort, type HookPortParts } from "../../../server/http/hook_port.ts";
import { parseHead } from "../../../server/http/head.ts";
import type { Saying } from "../../../server/hooks/speaking.ts";
import type { AddressedSocket } from "../../../server/transport/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";

const OWN = { name: "own" } as unknown as Address;
const BEHIND = { name: "behind" } as unknown as Address;
const HOOK = {};
const PROXY = rangeOf("10.0.0.0/8") ?? { base: 0n, bits: 128 };

/** Posts from an address; gives the status, and who said what. */
async function posted(
  hostname: string,
  { headers = "", isSecure = false, takes = false, banned = false } = {},
) {
  const said: Saying[] = [];
  const let_ = { in: 0, out: 0 };
  const parts = {
    speaking: {
      find: (token: string) => token === "right" ? HOOK : undefined,
      say: (_hook: unknown, saying: Saying) => {
        said.push(saying);
        return Promise.resolve({ type: "Ack", re: "1", room: "lobby", seq: 1, at: 2 });
      },
    },
    admission: {
      admit: () => {
        if (banned) return { kind: "refused", last: { type: "Error", code: "banned", msg: "No." } };
        let_.in++;
        return { kind: "in", address: BEHIND };
      },
      release: () => let_.out++,
    },
    proxies: [PROXY],
    takesSecretsInTheClear: takes,
  } as unknown as HookPortParts;
  const bytes = utf8(
    `POST /hooks/right HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n${headers}\r\nhello`,
  );
  const parsed = parseHead(bytes);
  assert(parsed.kind === "head");
  const caller = {
    remoteAddr: { hostname, port: 1 },
    isSecure,
    read: () => Promise.resolve(null),
    write: (all: Uint8Array) => Promise.resolve(all.length),
  } as unknown as AddressedSocket;
  const rest = bytes.subarray(parsed.head.bytes);
  const request = { caller, head: parsed.head, rest, address: OWN, account: FREE };
  const { status } = await new HookPort(parts).answer(request);
  assertEquals(let_.in, let_.out, "Who was let in is let out");
  return {
    status,
    said: said.map(({ content, address, hostname }) => [content, address, hostname]),
  };
}

Deno.test("a token from another machine is taken over TLS only, or from a proxy that is believed, unless the server says otherwise", async () => {
  assertEquals(await posted("192.0.2.7"), { status: 403, said: [] });
  for (const how of [{ isSecure: true }, { takes: true }]) {
    const expected = { status: 200, said: [["hello", OWN, "192.0.2.7"]] };
    assertEquals(await posted("192.0.2.7", how), expected);
  }
  assertEquals((await posted("127.0.0.1")).status, 200);
  assertEquals((await posted("10.0.0.1")).status, 200);
});

Deno.test("behind a proxy the limits and bans are of the address that it names, and of nobody whom a stranger names", async () => {
  const headers = "X-Forwarded-For: 198.51.100.9\r\n";
  assertEquals(await posted("10.0.0.1", { headers }), {
    status: 200,
    said: [["hello", BEHIND, "198.51.100.9"]],
  });
  assertEquals(await posted("10.0.0.1", { headers, banned: true }), { status: 403, said: [] });
  assertEquals(await posted("192.0.2.7", { headers, isSecure: true, banned: true }), {
    status: 200,
    said: [["hello", OWN, "192.0.2.7"]],
  });
});
