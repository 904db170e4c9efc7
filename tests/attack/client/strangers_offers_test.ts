/**
 * A stranger offers files to somebody who only sends one: he is told no, and the file arrives.
 *
 * @module
 */

import { connect } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { chat } from "../../cli/program.ts";
import { someone } from "../../cli/files/pair.ts";
import { place, sha256Of, someBytes } from "../../cli/files/place.ts";
import { startServer } from "../../harness.ts";
import { Events } from "../../server/wire/scripted_server.ts";

Deno.test("who sends a file takes none, and what strangers offer does not stop him", async () => {
  await using server = startServer();
  using folder = place();
  const { port } = server;
  const path = `${folder.path}/a.bin`;
  await Deno.writeFile(path, someBytes(100_000));
  const inbox = `${folder.path}/in`;
  await using ben = await someone({ port, name: "Ben", directory: inbox });
  const at = ["-s", `127.0.0.1:${port}`, "-n", "Anna"];
  const sending = chat(["send", ...at, "--file", path, "--to", "Ben"]);
  const { transfer: { n } } = await ben.until("offered");

  await using stranger = connect({ port, name: "Mallory" });
  const events = new Events(stranger);
  await stranger.online();
  const offered = { filename: "b.bin", size: 10, sha256: "0".repeat(64) };
  for (const to of [{ user: "Anna" }, { room: "lobby" }]) {
    await stranger.offerFile(offered, to);
    for (;;) {
      const event = await events.next();
      assert(event !== undefined && event.type !== "FileAccept");
      if (event.type === "FileReject" && event.by === "Anna") break;
    }
  }

  ben.transfers.accept(n);
  const { code, err } = await sending;
  assertEquals(code, 0, err);
  assertEquals(sha256Of(`${inbox}/a.bin`), sha256Of(path));
});
