/**
 * Passwords in lines: whatever is typed when, none of it is said to anybody.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";

const PASSWORD = "correct horse";
const OPTIONS = { passwordCost: CHEAP };

async function account(server: TestServer): Promise<void> {
  const client = await server.connect();
  await client.send({ type: "Register", username: "Anna", password: PASSWORD });
  await client.next("Welcome");
  await client.close();
  await server.event("left", ({ user }) => user === "Anna");
}

/** What somebody in the lobby hears until Anna has said that she is done, or has gone. */
async function heardBy(ben: RawClient): Promise<string> {
  const heard: string[] = [];
  for (;;) {
    const message = await ben.message();
    heard.push(JSON.stringify(message));
    if (message.type === "NewMessage" && message.content === "done") return heard.join("\n");
  }
}

const TYPED: readonly (readonly [what: string, typed: string])[] = [
  ["in one breath with the name", `Anna\n${PASSWORD}\ndone\n`],
  ["and once more, since nothing seemed to come of it", `Anna\n${PASSWORD}\n${PASSWORD} \ndone\n`],
  [
    "wrong, right, and both again",
    `Anna\nwrong horse\n${PASSWORD}\nwrong horse\n${PASSWORD}\ndone\n`,
  ],
  [
    "with a change of it, behind spaces and in capitals",
    `Anna\n${PASSWORD}\n  /password ${
      PASSWORD.replace(" ", "")
    } x\n\t/REGISTER ${PASSWORD}\ndone\n`,
  ],
];

for (const [what, typed] of TYPED) {
  Deno.test(`a password is not said that is typed ${what}`, async () => {
    for (const bytes of [typed.length, 1]) {
      await using server = startServer(OPTIONS);
      await account(server);
      await using ben = await server.frames("Ben");
      await using anna = await server.connect();
      for (let at = 0; at < typed.length; at += bytes) {
        await anna.write(typed.slice(at, at + bytes));
      }
      const heard = await heardBy(ben);
      for (const secret of ["horse", "password", "REGISTER"]) {
        assert(!heard.includes(secret), `${secret}: ${heard}`);
      }
    }
  });
}

Deno.test("who types a password again is told that it was not said, and says anything else; three wrong ones are the end", async () => {
  await using server = startServer(OPTIONS);
  await account(server);
  await using ben = await server.frames("Ben");
  await using anna = await server.connect();
  await anna.write(`Anna\n${PASSWORD}\n${PASSWORD}\nhello\n`);
  await anna.expectLines(
    "[Server] Password for Anna:",
    "[Server] That is a password: it was not said.",
  );
  assertEquals((await ben.nextOf("NewMessage")).content, "hello");
  await using eve = await server.connect();
  await eve.write("Anna\none wrong\ntwo wrong\nthree wrong\nfour wrong\n");
  await eve.rest();
  await ben.expectNothing();
});
