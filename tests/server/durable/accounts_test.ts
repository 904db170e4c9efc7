/**
 * Accounts over the end of a server: what was acknowledged is there after a kill and after an orderly end.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { RawClient } from "../../harness.ts";
import { serveArgs, ServerProcess } from "../process.ts";

const PASSWORD = "correct horse";

async function login(port: number, message: object): Promise<string | undefined> {
  await using client = await RawClient.connect(port);
  await client.send({ type: "Login", ...message });
  const answer = await client.message();
  return answer.type === "Error" ? answer.code : answer.type === "Welcome" ? answer.username : "?";
}

Deno.test("an account that was acknowledged is there after a kill, with its devices and its last password", async () => {
  const directory = await Deno.makeTempDir();
  const start = () =>
    ServerProcess.start(
      serveArgs("--port", "0", "--data", directory, "--durability", "durable"),
    );
  try {
    let device = "";
    let revoked = "";
    {
      await using server = await start();
      await using anna = await RawClient.connect(server.port);
      await anna.send({ type: "Register", username: "Anna", password: PASSWORD });
      device = (await anna.next("Welcome")).device ?? "";
      await using lost = await RawClient.connect(server.port);
      await lost.send({ type: "Login", username: "Anna", password: PASSWORD });
      const welcome = await lost.next("Welcome");
      revoked = welcome.device ?? "";
      await anna.send({ type: "RevokeDevice", device: welcome.deviceId, id: "1" });
      await anna.nextOf("Ack");
      await anna.send({ type: "Password", old: PASSWORD, password: "another horse", id: "2" });
      await anna.nextOf("Ack");
      await server.end("SIGKILL", 10_000);
    }
    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      await using server = await start();
      const { port } = server;
      assertEquals(await login(port, { username: "Anna" }), "auth_failed");
      assertEquals(await login(port, { username: "anna", device }), "Anna");
      assertEquals(await login(port, { username: "Anna", device: revoked }), "auth_failed");
      assertEquals(await login(port, { username: "Anna", password: PASSWORD }), "auth_failed");
      assertEquals(await login(port, { username: "Anna", password: "another horse" }), "Anna");
      await server.end(signal, 30_000);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
