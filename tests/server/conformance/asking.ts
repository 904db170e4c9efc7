/**
 * Asking a server and reading on to the answer, in tests of who may do what.
 *
 * @module
 */

import type { ErrorCode } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import type { RawClient, TestServer } from "../../harness.ts";

/** An answer, whatever its type. */
export type Answer = Readonly<Record<string, unknown>>;

/** Sends something, and reads on to its answer. */
export async function ask(client: RawClient, message: object): Promise<Answer> {
  const id = crypto.randomUUID();
  await client.send({ ...message, id });
  return await answerTo(client, id);
}

/** Reads on to the answer to what was sent under an id. */
export async function answerTo(client: RawClient, id: string): Promise<Answer> {
  for (;;) {
    const answer: { readonly re?: string } = await client.message();
    if (answer.re === id) return { ...answer };
  }
}

/** Asks for what is refused. @returns Why. */
export async function refused(
  client: RawClient,
  message: object,
  code: ErrorCode,
): Promise<string> {
  const answer = await ask(client, message);
  assertEquals([answer["type"], answer["code"]], ["Error", code], JSON.stringify(answer));
  return `${answer["msg"]}`;
}

/** Asks for what is done. */
export async function done(client: RawClient, message: object): Promise<void> {
  const answer = await ask(client, message);
  assertEquals(answer["type"], "Ack", JSON.stringify(answer));
}

/** Somebody who comes in by a first message; a `Login`, unless it says otherwise. */
export async function comesIn(server: TestServer, first: object): Promise<RawClient> {
  const client = await server.connect();
  await client.send({ type: "Login", ...first });
  await client.next("Welcome");
  return client;
}

/** Somebody who is in a room. */
export async function inRoom(
  server: TestServer,
  name: string,
  room: string,
  session?: string,
): Promise<RawClient> {
  const client = await server.frames(name, session);
  await done(client, { type: "Join", room });
  return client;
}
