/**
 * Who was not meant by a ban is put out by it all the same, since his name looks like the one that is banned, or since he comes from where somebody
 * comes from: he does not come back by himself either when that is over.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { comesIn, done, inRoom, refused } from "../../server/conformance/asking.ts";

const operatorToken = "operator".repeat(5);
const session = "i".repeat(40);
const room = "tea";

const BANS = {
  "a name like his": { user: "lena" },
  "his address": { address: "127.0.0.1" },
  "another one with his address": { user: "Cleo", withAddress: true },
} as const;

for (const [what, whom] of Object.entries(BANS)) {
  Deno.test(`who is put out by a ban of ${what} does not come back by himself when it is over, and may enter`, async () => {
    await using server = startServer({ operatorToken, exempt: [] });
    await using op = await comesIn(server, { username: "Root", operator: operatorToken });
    await done(op, { type: "Join", room });
    await using _cleo = await inRoom(server, "Cleo", room);
    {
      await using iena = await inRoom(server, "Iena", room, session);
      await done(op, { type: "Ban", room, ...whom });
      await refused(iena, { type: "Broadcast", room, content: "still here" }, "not_in_room");
    }
    await server.event("left", ({ user }) => user === "Iena");
    const { user, address } = { user: undefined, address: undefined, ...whom };
    await done(op, { type: "Unban", room, user, address });
    await using back = await server.connect();
    await back.send({ type: "Login", username: "Iena", session, resume: { [room]: 0 } });
    const { rooms, out } = await back.next("Welcome");
    assertEquals([rooms, out], [["lobby"], [room]]);
    await done(back, { type: "Join", room });
  });
}
