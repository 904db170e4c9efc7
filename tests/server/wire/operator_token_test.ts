/**
 * Which token is shown at a login, when the server may be another one.
 *
 * @module
 */

import { connect } from "../../../server/wire/mod.ts";
import { ChatError } from "../../../server/wire/errors.ts";
import { OperatorToken } from "../../../server/wire/operator_token.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { startServer, within } from "../../harness.ts";

const FIRST = "the token of the first server";
const OTHER = "the token of another server";

Deno.test("a token that was refused is left out once, and then tried again", async () => {
  const token = new OperatorToken(() => FIRST);
  assertEquals(await token.next(), FIRST);
  assertEquals(token.isSpared("auth_failed"), true);
  assertEquals(await token.next(), undefined);
  // Refused without a token: then it was something else, and the same words would not change it.
  assertEquals(token.isSpared("auth_failed"), false);
  assertEquals(await token.next(), FIRST);
});

Deno.test("a new token is shown at once, and no other refusal spares one", async () => {
  let now = FIRST;
  const token = new OperatorToken(() => now);
  await token.next();
  assertEquals(token.isSpared("bad_name"), false);
  assertEquals(token.isSpared("auth_failed"), true);
  now = OTHER;
  assertEquals(await token.next(), OTHER);
});

Deno.test("a token that was given as a string is shown or refused", async () => {
  const token = new OperatorToken(FIRST);
  assertEquals(await token.next(), FIRST);
  assertEquals(token.isSpared("auth_failed"), false);
});

Deno.test("whoever comes back to a server with another token is a client like any other", async () => {
  const first = startServer({ operatorToken: FIRST });
  const { port } = first;
  await using client = connect({ port, name: "Maria", operator: () => FIRST });
  await within(client.online(), "the login");
  await within(client.inspect(), "what an operator may ask");
  await first[Symbol.asyncDispose]();
  const other = startServer({ port, operatorToken: OTHER });
  // It waits for the login, which is one without the token.
  await within(client.say("still here"), "the login without a token");
  const refusal = await assertRejects(client.inspect(), ChatError);
  assertEquals(refusal.code, "auth_failed");
  await other[Symbol.asyncDispose]();
  await using _again = startServer({ port, operatorToken: FIRST });
  await within(client.say("and here"), "the login with the token");
  await within(client.inspect(), "what an operator may ask again");
});
