/**
 * Programs that a server's program starts get none of its sockets: they would keep ports taken and connections open.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { testWith } from "../../skips.ts";
import { KINDS, listenAt } from "./kinds.ts";

for (const kind of KINDS) {
  testWith(["ls", "/proc/self/status"], `${kind}: a child inherits no descriptor`, async () => {
    const before = await inherited();
    await using place = listenAt(kind);
    const { guest, peer } = await place.pair();
    assertEquals(await inherited(), before);
    guest.send(new Uint8Array(1));
    await guest.until(() => !guest.sending, "A byte to be taken");
    peer.close();
  });
}

/** What a child of ours has open. */
async function inherited(): Promise<string> {
  const { stdout } = await new Deno.Command("ls", { args: ["-l", "/proc/self/fd"], stdin: "null" })
    .output();
  // Who it is and when it looks are not the same.
  return new TextDecoder().decode(stdout).replaceAll(
    /^.* (?=\d+ -> )|\/proc\/\d+|pipe:\[\d+\]|^total.*$/gm,
    "",
  );
}
