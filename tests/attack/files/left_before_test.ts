/**
 * Attacks on files of a room by who leaves it by himself, with what he had accepted there, before he is kept out.
 *
 * @module
 */

import { startServer } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { comesIn, done, inRoom, refused } from "../../server/conformance/asking.ts";

const operatorToken = "operator".repeat(5);
const password = "correct horse";
const room = "tea";

for (
  const [how, deed] of [
    ["he is banned", { type: "Ban", room, user: "Eve" }],
    ["it is closed", { type: "Room", room, access: "invite" }],
    ["it was closed and he is no operator any more", {
      type: "SetRole",
      username: "Eve",
      role: "user",
    }],
  ] as const
) {
  Deno.test(`who left a room with a file that he had accepted there gets no more of it when ${how}, nor is his own taken there`, async () => {
    await using server = startServer({ operatorToken, passwordCost: CHEAP });
    await using op = await comesIn(server, { username: "Root", operator: operatorToken });
    await using eve = await comesIn(server, { type: "Register", username: "Eve", password });
    await using anna = await inRoom(server, "Anna", room);
    if (deed.type === "SetRole") {
      await done(op, { ...deed, role: "operator" });
      await done(anna, { type: "Room", room, access: "invite" });
    }
    await done(eve, { type: "Join", room });
    await using ben = await server.frames("Ben");
    if (deed.type === "SetRole") await done(anna, { type: "Invite", room, user: "Ben" });
    await done(ben, { type: "Join", room });
    const file = { filename: "f", size: 6, beside: true };
    await eve.send({ ...file, type: "FileOffer", room, filename: "own" });
    const { offer: own } = await ben.nextOf("FileOffer");
    await anna.send({ ...file, type: "FileOffer", room });
    const { offer } = await eve.nextOf("FileOffer");
    const accept = { type: "FileAccept", from: "Anna", filename: "f", offer, beside: true };
    await eve.send(accept);
    await anna.nextOf("FileAccept");
    await done(eve, { type: "Leave", room });
    await done(op, deed);
    while ((await eve.nextOf("FileCancel")).offer !== offer);
    await refused(eve, accept, "not_found");
    await refused(ben, { ...accept, from: "Eve", filename: "own", offer: own }, "not_found");
    // Who stays gets it.
    await ben.send(accept);
    await ben.nextOf("StartDownload");
  });
}
