/**
 * Sockets by epoll when the machine says no: no descriptor is left, or a peer has vanished without a word.
 *
 * @module
 */

import { wait } from "../../../ground/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";
import { within } from "../../within.ts";
import { KINDS, listenAt } from "./kinds.ts";

const CHILD = new URL("accept_child.ts", import.meta.url).pathname;
const COMERS = 60;
/** When nobody was let in for so long, in ms, nobody is: a slow machine only makes places free before they must be. */
const STILL_MS = 300;

if (KINDS.includes("epoll")) {
  Deno.test("epoll: who is out of descriptors accepts when one is free again, and no sooner", async () => {
    const child = new Deno.Command("sh", {
      args: ["-c", `ulimit -n 64; exec "$0" run -A "$1"`, Deno.execPath(), CHILD],
      // Its look for a newer version needs descriptors, too.
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const lines = linesOf(child.stdout);
    const stdin = child.stdin.getWriter();
    await stdin.write(utf8("listen\n"));
    const port = Number(await lines.next().then(({ value }) => value));
    const comers = await Promise.all(
      Array.from({ length: COMERS }, () => Deno.connect({ hostname: "127.0.0.1", port })),
    );
    // Each closed one is followed by another that waited, until all have come.
    let heard = 0, stood = 0;
    while (heard < COMERS) {
      const next = lines.next();
      const giveUp = new AbortController();
      const line = await Promise.race([next, wait(STILL_MS, giveUp.signal)]);
      giveUp.abort();
      if (line !== undefined) {
        assert(!line.done, "The child goes on");
        heard++;
        continue;
      }
      stood++;
      assert(heard < COMERS, "There are fewer descriptors than comers");
      await stdin.write(utf8("5\n"));
      assert(!(await within(next, "A comer in a free place")).done);
      heard++;
    }
    assertEquals(heard, COMERS);
    assert(stood > 0, "It was out of descriptors");
    await stdin.close();
    assertEquals((await within(child.status, "The child's end")).code, 0);
    await lines.return(undefined);
    for (const comer of comers) comer.close();
  });

  Deno.test("epoll: a peer that vanishes is asked for after a minute, and not after two hours", async () => {
    await using place = listenAt("epoll");
    const { peer } = await place.pair();
    const timer = keepAliveMs(place.port, peer.localAddr.port);
    assert(timer > 0 && timer <= 60_000, `The next question comes in ${timer} ms`);
    peer.close();
  });
}

/** When the kernel asks the peer next, as `/proc` tells it: `02` is keep-alive, behind it are hundredths of a second. */
function keepAliveMs(local: number, remote: number): number {
  const port = (number: number) => `:${number.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = Deno.readTextFileSync("/proc/net/tcp").split("\n").map((row) =>
    row.trim().split(/\s+/)
  );
  const row = rows.find(([, from, to]) =>
    from?.endsWith(port(local)) && to?.endsWith(port(remote))
  );
  const [kind, when = ""] = row?.[5]?.split(":") ?? [];
  return kind === "02" ? parseInt(when, 16) * 10 : 0;
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let text = "";
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}
