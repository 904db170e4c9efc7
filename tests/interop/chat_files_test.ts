/**
 * A client in another language, written from docs/PROTOCOL.md alone, exchanges files inline.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { assertEquals } from "../assert.ts";
import { startServer, within } from "../harness.ts";
import { content, sha256 } from "../server/files/talk.ts";
import { testWith } from "../skips.ts";

const PROGRAM = fileURLToPath(new URL("chat_files.py", import.meta.url));

function python(...args: readonly string[]): Promise<Deno.CommandOutput> {
  return new Deno.Command("python3", { args: [PROGRAM, ...args] }).output();
}

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
