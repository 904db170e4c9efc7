/**
 * Ages that cannot be known are not told, and those after them are right.
 *
 * What came before the observer, and what came while TCP told nobody, has no age. A wrong one would be worse than none: it
 * would always be too low, and most so at servers that are late already.
 *
 * @module
 */

import { assertEquals } from "../../../assert.ts";
import { behindTimers } from "../../../within.ts";
import { type Claim, claims } from "../claim.ts";
import { PEER } from "../world.ts";
import {
  assertAge,
  connectTo,
  type Scene,
  sendDatagrams,
  type Setting,
  watched,
  when,
} from "./arrivals.ts";

/** Reads so many times, each time 100 bytes. */
async function readEach({ tell }: Pick<Scene, "tell">, count: number): Promise<void> {
  for (let i = 0; i < count; i++) assertEquals(await tell("read 0 100"), 100);
}

/** The claims, by name. */
export function unknownAgeChecks(
  setting: Setting,
): Readonly<Record<string, () => Promise<void>>> {
  const { backend } = setting;
  return {
    [`${backend}: datagrams that waited before the observer came have no age, later ones their own`]:
      () =>
        watched(setting, "udp", async (scene) => {
          const { server, reads, now } = scene;
          const sent = await when(() => sendDatagrams(server.port, 5));
          await behindTimers(300);
          // The oldest that waits came at a time that nobody knows.
          assertEquals(now().unread?.ageNs, undefined);
          await readEach(scene, 9);
          const readAt = await when(() => readEach(scene, 5));
          const delays = (await reads(14)).map(({ delayNs }) => delayNs);
          assertEquals(delays.slice(0, 9), Array(9).fill(undefined));
          for (const ns of delays.slice(9)) assertAge((ns ?? NaN) / 1e6, [sent], readAt, "later");
          assertEquals([now().ages?.bytes, now().delays.count], [500, 5]);
        }, async (scene) => {
          await sendDatagrams(scene.server.port, 10);
          // So the kernel moves the others to its second queue.
          await readEach(scene, 1);
        }),

    [`${backend}: what comes below the low-water mark has no age, what comes above has its own`]:
      () =>
        watched(setting, "tcp", async ({ server, tell, reads, now }) => {
          using conn = await connectTo(server);
          await tell("accept");
          assertEquals(await tell("lowat 0 1000"), 0);
          await conn.write(new Uint8Array(600));
          await behindTimers(300);
          await conn.write(new Uint8Array(400));
          await behindTimers(50);
          const sent = await when(() => conn.write(new Uint8Array(500)));
          await behindTimers(100);
          assertEquals(now().unread, { bytes: 1500 });
          assertEquals(await tell("read 0 1000"), 1000);
          assertEquals(await tell("lowat 0 1"), 0);
          const readAt = await when(() => tell("read 0 1000"));
          const [below, above] = await reads(2);
          assertEquals([below?.bytes, below?.delayNs, above?.bytes], [1000, undefined, 500]);
          assertAge((above?.delayNs ?? NaN) / 1e6, [sent], readAt, "above");
        }),

    [`${backend}: what waits at a child that is not watched is not the parent's`]: () =>
      watched(setting, "tcp", async ({ server, tell, now }) => {
        using passed = await connectTo(server);
        await passed.write(new Uint8Array(5000));
        // The listener's, until somebody has it.
        assertEquals(now().unread?.bytes, 5000);
        assertEquals(await tell("pass"), 1);
        assertEquals([now().unread, now().unread], [{ bytes: 0 }, { bytes: 0 }]);
        using kept = await connectTo(server);
        await tell("accept");
        await kept.write(new Uint8Array(300));
        assertEquals(now().unread?.bytes, 300);
        const waiting = now().sockets.filter(({ unread }) => unread !== undefined);
        assertEquals(waiting.map(({ unread }) => unread?.bytes), [300]);
      }),

    [`${backend}: a read whose oldest byte came before the observer has no age`]: async () => {
      await using open = new AsyncDisposableStack();
      let conn: Deno.TcpConn | undefined;
      await watched(setting, "tcp", async ({ tell, reads, now }) => {
        await conn?.write(new Uint8Array(50));
        await behindTimers(50);
        assertEquals(now().unread, { bytes: 150 });
        assertEquals(await tell("read 0 1000"), 150);
        const [read] = await reads(1);
        assertEquals([read?.delayNs, now().ages?.bytes], [undefined, 50]);
      }, async ({ server, tell }) => {
        conn = await connectTo(server);
        open.use(conn);
        await tell("accept");
        await conn.write(new Uint8Array(100));
      });
    },
  };
}

/** On a kernel as it comes, with two backends: what is asked of the sockets is the same with each. */
export const unknownAgeClaims: readonly Claim[] = [
  ...claims("waiting", unknownAgeChecks({ program: PEER, backend: "kprobe" })),
  ...claims("waiting-typed", unknownAgeChecks({ program: PEER, backend: "tracepoint" })),
];
