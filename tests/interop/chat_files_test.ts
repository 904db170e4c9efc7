/**
 * A client in another language, written from docs/PROTOCOL.md alone, exchanges files inline.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { connect } from "../../server/wire/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { startServer, within } from "../harness.ts";
import { content, sha256 } from "../server/files/talk.ts";
import { testWith } from "../skips.ts";

const PROGRAM = fileURLToPath(new URL("chat_files.py", import.meta.url));

function python(...args: readonly string[]): Promise<Deno.CommandOutput> {
  return pythonWith({}, ...args);
}

function pythonWith(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Deno.CommandOutput> {
  return new Deno.Command("python3", { args: [PROGRAM, ...args], env }).output();
}

testWith(["python3"], "it logs in with a password, and not without", async () => {
  await using server = startServer();
  const password = "correct horse";
  const port = `${server.port}`;
  {
    const { port } = server;
    await using alice = connect({ port, name: "Alice", password, register: true });
    assertEquals((await alice.online()).account, true);
  }
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/note`, "hello");
    await Deno.mkdir(`${folder}/out`);
    for (const [env, says] of [[{}, "has an account"], [{ CHAT_PASSWORD: "wrong horse" }, "fit"]]) {
      const refused = await pythonWith(
        env as Record<string, string>,
        port,
        "Alice",
        "receive",
        folder,
      );
      assertEquals(refused.code, 1);
      assert(new TextDecoder().decode(refused.stderr).includes(says as string));
    }
    const receiving = python(port, "Bob", "receive", `${folder}/out`);
    await server.event("joined", ({ user }) => user === "Bob");
    const env = { CHAT_PASSWORD: password };
    const sending = pythonWith(env, port, "Alice", "send", "Bob", `${folder}/note`);
    const outputs = await within(Promise.all([sending, receiving]), "Both programs", 30_000);
    assertEquals(outputs.map(({ code }) => code), [0, 0]);
    assertEquals(await Deno.readTextFile(`${folder}/out/note`), "hello");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

for (const size of [0, 1, 5_000_000]) {
  testWith(
    ["python3"],
    `a client of 100 lines of Python sends and takes ${size} bytes`,
    async () => {
      await using server = startServer();
      const folder = await Deno.makeTempDir();
      try {
        const bytes = content(size);
        await Deno.mkdir(`${folder}/out`);
        await Deno.writeFile(`${folder}/Grüße.bin`, bytes);
        const port = `${server.port}`;
        const receiving = python(port, "Bob", "receive", `${folder}/out`);
        await server.event("joined", ({ user }) => user === "Bob");
        const sending = python(port, "Alice", "send", "bob", `${folder}/Grüße.bin`);
        const outputs = await within(Promise.all([sending, receiving]), "Both programs", 30_000);
        for (const { code, stdout, stderr } of outputs) {
          const said = new TextDecoder().decode(stderr);
          assertEquals(
            [code, new TextDecoder().decode(stdout)],
            [0, `${await sha256(bytes)}\n`],
            said,
          );
        }
        assertEquals(await Deno.readFile(`${folder}/out/Grüße.bin`), bytes);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
}
