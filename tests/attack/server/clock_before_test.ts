/**
 * A machine whose clock is before 1970, or after all times that can be written, serves all the same.
 *
 * @module
 */

import fc from "fast-check";
import { sayableTime } from "../../../server/wall_time.ts";
import { assert, assertEquals } from "../../assert.ts";
import { folder, startOn } from "../../server/durable/place.ts";

Deno.test("under a clock before 1970 or far behind it people talk, and what they said is there when it is right", async () => {
  using place = folder();
  const years = [-1, -(2 ** 40) - 0.5, 2 ** 50, Date.now()];
  for (const [i, wall] of years.entries()) {
    const clock = (): number => wall;
    await using server = await startOn(place.path, { clock, retainMs: 60_000, serve: { clock } });
    await using anna = await server.connect();
    await anna.send({ type: "Login", username: "Anna" });
    await anna.next("Welcome");
    await anna.send({ type: "Broadcast", room: "lobby", content: `word ${i}`, id: `id-${i}` });
    const { at, seq } = await anna.nextOf("NewMessage");
    assert(Number.isSafeInteger(at) && at >= 0);
    assertEquals(seq, i + 1);
  }
});

Deno.test("sayableTime() leaves times that can be said as they are, and gives whole ones that can be said", () => {
  fc.assert(fc.property(fc.double({ noNaN: true }), (ms) => {
    const said = sayableTime(ms);
    assert(Number.isSafeInteger(said) && said >= 0 && said < 2 ** 48);
    if (Number.isSafeInteger(ms) && ms >= 0 && ms < 2 ** 48) assert(said === ms);
  }));
});
