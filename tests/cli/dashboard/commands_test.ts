/**
 * Commands to be copied: with the server's process where it is known, and safe to paste whatever a path contains.
 *
 * @module
 */

import { observerAndPage, observerAt, pageAsRoot } from "../../../cli/dashboard/commands.ts";
import { assertEquals } from "../../assert.ts";

const PLAIN = { server: undefined, data: "/d", isUsualData: true, name: undefined, rooms: [] };

Deno.test("the observer's command names the server's process, or how to find it", () => {
  assertEquals(observerAt("/tmp/a.sock")(11), [
    "sudo chat observe --pid 11 --socket /tmp/a.sock --events",
  ]);
  assertEquals(observerAt("/tmp/a.sock")(undefined), [
    "sudo chat observe --pid server --socket /tmp/a.sock --events",
  ]);
  assertEquals(observerAt("/tmp/a.sock", "127.0.0.1:9000")(undefined), [
    "sudo chat observe --pid server -s 127.0.0.1:9000 --socket /tmp/a.sock --events",
  ]);
});

Deno.test("both commands name the same socket, and the server where it is not the usual one", () => {
  assertEquals(observerAndPage({ ...PLAIN, server: "127.0.0.1:9000" })(11), [
    "sudo chat observe --pid 11 --socket /tmp/seen.sock --events",
    "chat dashboard -s 127.0.0.1:9000 --observer-socket /tmp/seen.sock",
  ]);
  assertEquals(
    observerAndPage(PLAIN)(11)[1],
    "chat dashboard --observer-socket /tmp/seen.sock",
  );
});

Deno.test("the page is the same one again: its reader, its rooms, and what the operator is told", () => {
  const started = { ...PLAIN, isUsualData: false, name: "Ann B", rooms: ["#tea", "dev"] };
  assertEquals(
    observerAndPage(started)(11)[1],
    "chat dashboard -n 'Ann B' -r '#tea' dev --data /d --observer-socket /tmp/seen.sock",
  );
  assertEquals(pageAsRoot(started)(11), [
    "sudo chat dashboard -n 'Ann B' -r '#tea' dev --pid server --data /d",
  ]);
});

Deno.test("root is told where the server's data is, since its own home is another", () => {
  const command = pageAsRoot({ ...PLAIN, data: "/home/ann/.local/share/chat" });
  assertEquals(command(11), [
    "sudo chat dashboard --pid server --data /home/ann/.local/share/chat",
  ]);
  assertEquals(command(undefined), []);
});

Deno.test("a path stays one word for the shell that the command is pasted into", async () => {
  for (const path of ["/tmp/a b", "/tmp/it's $(touch x)", "/tmp/'; echo y; '"]) {
    const [command = ""] = observerAt(path)(11);
    const { stdout } = await new Deno.Command("sh", {
      args: ["-c", `printf '%s\\n' ${command.replace(/^sudo chat observe /, "")}`],
    }).output();
    const words = new TextDecoder().decode(stdout).trimEnd().split("\n");
    assertEquals(words, ["--pid", "11", "--socket", path, "--events"]);
  }
});
