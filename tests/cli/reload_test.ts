/**
 * SIGHUP lets a server read its config file again, and ends none.
 *
 * @module
 */

import { openReadOnly } from "../../db/mod.ts";
import { KEEPING_KEY, keepingIn } from "../../server/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { serveArgs, ServerProcess } from "../server/process.ts";

interface Config extends AsyncDisposable {
  /** The command line of a server that reads it. */
  readonly args: (...more: readonly string[]) => string[];
  readonly folder: string;
  write(values: unknown): Promise<void>;
}

async function config(values: unknown): Promise<Config> {
  const folder = await Deno.makeTempDir({ prefix: "chat-reload-" });
  const path = `${folder}/config.json`;
  const write = (values: unknown) =>
    Deno.writeTextFile(path, typeof values === "string" ? values : JSON.stringify(values));
  await write(values);
  return {
    args: (...more) => ["env", `CHAT_CONFIG=${path}`, ...serveArgs("--port", "0", ...more)],
    folder,
    write,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("at SIGHUP limits are others for whoever is connected, and the log says what is not", async () => {
  await using file = await config({ "rate": 20, "max-file": "1k", "max-frame": 65_536 });
  await using server = await ServerProcess.start(file.args("--exempt", "none"));
  await using anna = await server.frames("Anna");
  const say = async (id: string) => {
    await anna.send({ type: "Broadcast", content: "hello", id });
    for (;;) {
      const answer = await anna.message();
      if (answer.type === "Ack" && answer.re === id) return "Ack";
      if (answer.type === "Error" && answer.re === id) return answer.code;
    }
  };
  assertEquals(await say("1"), "Ack");
  await file.write({ "rate": 1, "max-file": "1k", "max-frame": 100_000, "address-rate": 7 });
  server.signal("SIGHUP");
  const [said] = await server.says(/read again, .*/);
  assertEquals(
    said,
    "read again, changed: --rate, --address-rate; only a restart changes --max-frame",
  );
  assertEquals([await say("2"), await say("3"), await say("4")], ["Ack", "Ack", "rate_limited"]);
  await file.write({ "max-frame": 65_536 });
  server.signal("SIGHUP");
  await server.says(/read again, changed: --rate, --max-file, --address-rate\n/);
  assertEquals(await say("5"), "Ack");
  await anna.close();
  assertEquals(await server.end("SIGTERM", 10_000), 0);
});

Deno.test("a config file that is wrong changes nothing, and flags stand above it", async () => {
  await using file = await config({});
  await using server = await ServerProcess.start(
    file.args("--rate", "3", "--log-level", "warning"),
  );
  for (
    const [text, says] of [
      [`{"rate": 5`, /nothing is changed: The config file .* is wrong: line 1/],
      [`{"change-within": "soon"}`, /'change-within' cannot be "soon"/],
      [`{"max-connections": 1000000}`, /--max-connections 1000000 are too many/],
    ] as const
  ) {
    await file.write(text);
    server.signal("SIGHUP");
    await server.says(says);
  }
  await file.write({ "rate": 1, "host": "127.0.0.9", "durability": "os" });
  server.signal("SIGHUP");
  // The others were given by a flag and by the environment.
  const [said] = await server.says(/read again, .*/);
  assertEquals(said, "read again, nothing is another; only a restart changes --host");
});

Deno.test("the log tells what is worth it at its level, and the level is another at once", async () => {
  await using file = await config({ "log-level": "warning" });
  await using server = await ServerProcess.start(file.args());
  await (await server.frames("Anna"))[Symbol.asyncDispose]();
  await file.write({});
  server.signal("SIGHUP");
  await server.says(/read again, changed: --log-level/);
  await (await server.frames("Bert"))[Symbol.asyncDispose]();
  await server.says(/Bert came in/);
  // That she left may be told after the change.
  assert(!/Anna came in|listening/.test(server.stderr), server.stderr);
});

Deno.test("how long messages are kept is another for a store that runs", async () => {
  await using file = await config({});
  const data = `${file.folder}/data`;
  await using server = await ServerProcess.start(
    file.args("--durability", "durable", "--data", data),
  );
  await file.write({ "retain": "30d" });
  server.signal("SIGHUP");
  await server.says(/read again, changed: --retain/);
  assertEquals(await server.end("SIGTERM", 10_000), 0);
  using store = await openReadOnly(data);
  const noted = await store.get(KEEPING_KEY);
  assertEquals(noted && keepingIn(noted), { retainMs: 30 * 86_400_000 });
});

Deno.test("SIGHUP ends no server, with nohup or without, and without a config file", async () => {
  for (const nohup of [[], ["nohup"]]) {
    await using server = await ServerProcess.start([...nohup, ...serveArgs("--port", "0")]);
    for (let times = 0; times < 3; times++) server.signal("SIGHUP");
    await server.says(/nothing is changed: There was no config file/);
    await (await server.frames("Anna"))[Symbol.asyncDispose]();
    assertEquals(await server.end("SIGTERM", 10_000), 0);
  }
});
