/**
 * Somebody comes in under a name that passes for that of a member: made of nothing but ASCII, or with a mark that nobody sees.
 *
 * @module
 */

import { startServer } from "../../harness.ts";
import { done, inRoom, refused } from "../../server/conformance/asking.ts";

Deno.test("a capital I is no l, and a zero no O, for who wants to be taken for somebody else", async () => {
  await using server = startServer();
  const pairs = [["lena", "Iena"], ["Bill", "BiII"], ["Paul", "Pau1"], ["O1af", "0laf"]] as const;
  for (const [name, like] of pairs) {
    await using _ = await server.frames(name);
    await using mallory = await server.connect();
    await mallory.send({ type: "Login", username: like });
    await mallory.nextError("name_taken");
  }
});

Deno.test("nor does it help to come in with another case, and to change that", async () => {
  await using server = startServer();
  await using _ = await server.frames("Ian");
  await using lan = await server.frames("Lan");
  await using again = await server.connect();
  await again.send({ type: "Login", username: "lan", session: lan.session });
  await again.nextError("name_taken");
  await using _same = await server.frames("Lan", lan.session);
});

Deno.test("names that only take a second look are two people's", async () => {
  await using server = startServer();
  await using all = new AsyncDisposableStack();
  for (const name of ["modern", "modem", "Lena", "Iena", "Ali", "All", "user1", "user10"]) {
    all.use(await server.frames(name));
  }
});

Deno.test("a dot on a letter that has one is none, for who wants another one's name, past a ban or as a room", async () => {
  await using server = startServer();
  const dot = "\u0307";
  const pairs = [["Alice", `Ali${dot}ce`], ["Kjell", `Kj${dot}ell`], ["Ilse", `Il${dot}se`], [
    "Ina",
    `\u0131${dot}na`,
  ]] as const;
  for (const [name, like] of pairs) {
    await using _ = await server.frames(name);
    await using mallory = await server.connect();
    await mallory.send({ type: "Login", username: like });
    await mallory.nextError("name_taken");
  }
  await using owner = await inRoom(server, "Owner", "disk");
  await done(owner, { type: "Ban", room: "disk", user: "Alice" });
  await using again = await server.frames(`Ali${dot}ce`);
  await refused(again, { type: "Join", room: "disk" }, "banned");
  await refused(again, { type: "Join", room: `di${dot}sk` }, "bad_name");
});

Deno.test("nor is the order in which marks were typed, or one of them twice", async () => {
  await using server = startServer();
  const pairs = [
    ["\u0e19\u0e49\u0e33", "\u0e19\u0e4d\u0e49\u0e32"],
    ["\u0e01\u0e48\u0e32", "\u0e01\u0e48\u0e48\u0e32"],
    ["\u0e01\u0e34\u0e48\u0e07", "\u0e01\u0e48\u0e34\u0e07"],
  ] as const;
  for (const [name, like] of pairs) {
    await using _ = await server.frames(name);
    await using mallory = await server.connect();
    await mallory.send({ type: "Login", username: like });
    await mallory.nextError("name_taken");
  }
});
