/**
 * Who is at home: while strangers guess at a name, its owner comes in by password from where it came from before, and nobody else does.
 *
 * @module
 */

import { Guesses } from "../../../server/accounts/guesses.ts";
import { FAMILIAR_GUESSES, FAMILIAR_MAX, NAME_GUESSES } from "../../../server/accounts/limits.ts";
import { type FoldedName, foldText } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { address, CHEAP, EXEMPT, named, place } from "./place.ts";

const ANNA = foldText("Anna");

/** How many tries at a name are looked at, when strangers try as often as they can, each from an address of its own. */
function emptied(guesses: Guesses, name: FoldedName, nowMs: number): number {
  let looked = 0;
  for (let n = 1_000; n < 1_200; n++) {
    if (typeof guesses.begin(name, address(n), nowMs) !== "number") looked++;
  }
  return looked;
}

Deno.test("an address from which a name came in before has tries of its own, which strangers do not empty", () => {
  const guesses = new Guesses();
  guesses.cameIn(ANNA, address(7));
  assertEquals(emptied(guesses, ANNA, 0), NAME_GUESSES.burst);
  assert(typeof guesses.begin(ANNA, address(8), 0) === "number", "a stranger waits");
  for (let n = 0; n < FAMILIAR_GUESSES.burst; n++) {
    assert(typeof guesses.begin(ANNA, address(7), 0) !== "number", `try ${n}`);
  }
  assert(typeof guesses.begin(ANNA, address(7), 0) === "number", "it runs dry, too");
  // Of no other name, and a right one takes nothing.
  assertEquals(emptied(guesses, foldText("Ben"), 0), NAME_GUESSES.burst);
  assert(typeof guesses.begin(foldText("Ben"), address(7), 0) === "number");
  for (let n = 0; n < 50; n++) {
    const giveBack = guesses.begin(ANNA, address(7), 60_000);
    assert(typeof giveBack !== "number");
    giveBack(60_000);
  }
});

Deno.test("when the password was changed the address is familiar from where that was done, and not a thief's", async () => {
  const { accounts, clock: { now } } = place();
  const password = "correct horse";
  assertEquals((await accounts.register({ name: named("Anna"), password })).kind, "proved");
  const { guesses } = accounts;
  const isFamiliar = (n: number) => typeof guesses.begin(ANNA, address(n), now) !== "number";
  for (const n of [7, 8]) guesses.cameIn(ANNA, address(n));
  emptied(guesses, ANNA, now);
  const old = { password, from: address(7) };
  assertEquals((await accounts.setPassword(ANNA, "another horse", old)).kind, "done");
  assertEquals([isFamiliar(7), isFamiliar(8)], [true, false]);
  // An operator does it for who has forgotten it, or lost all: then it is nobody's.
  assertEquals((await accounts.setPassword(ANNA, "a third horse")).kind, "done");
  assertEquals(isFamiliar(7), false);
});

Deno.test("few addresses are familiar to a name, the last ones, and those without limits never are", () => {
  const guesses = new Guesses();
  for (let n = 0; n <= FAMILIAR_MAX; n++) guesses.cameIn(ANNA, address(n));
  guesses.cameIn(ANNA, EXEMPT);
  const looked = emptied(guesses, ANNA, 0);
  let all = looked;
  for (let n = 0; n <= FAMILIAR_MAX; n++) {
    while (typeof guesses.begin(ANNA, address(n), 0) !== "number") all++;
  }
  assertEquals(all - looked, FAMILIAR_MAX * FAMILIAR_GUESSES.burst);
  assert(typeof guesses.begin(ANNA, EXEMPT, 0) === "number");
});

Deno.test("a server knows where somebody came in by password or by a device's token", async () => {
  await using server = startServer({ passwordCost: CHEAP, exempt: [] });
  const login = async (message: object): Promise<{ code: string; device?: string | undefined }> => {
    await using client = await server.connect();
    await client.send({ type: "Login", username: "Anna", ...message });
    const answer = await client.message();
    return answer.type === "Welcome"
      ? { code: "Welcome", device: answer.device }
      : { code: answer.type === "Error" ? answer.code : "?" };
  };
  const { device = "" } = await login({ type: "Register", password: "correct horse" });
  assertEquals((await login({ device })).code, "Welcome");
  const codes = [];
  for (let n = 0; n <= FAMILIAR_GUESSES.burst; n++) {
    codes.push((await login({ password: `wrong ${n} password` })).code);
  }
  // These are its own tries, which are fewer than a stranger's.
  assertEquals(codes.at(-1), "rate_limited");
  assertEquals(codes.filter((code) => code === "auth_failed").length, FAMILIAR_GUESSES.burst);
  assertEquals((await login({ device })).code, "Welcome");
});
