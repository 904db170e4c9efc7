/**
 * Where tokens are kept: for their owner alone, and shown to no other server.
 *
 * @module
 */

import { deviceIn, KeptDevices, readDevice } from "../../../cli/account/kept_devices.ts";
import { typing } from "../../../cli/account/ask_secret.ts";
import { Failure } from "../../../cli/failure.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";

const HERE = { host: "127.0.0.1", port: 8080 };
const TOKEN = "a-token-of-thirty-two-characters";

async function place(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "chat-devices-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("a token is found by its server and name, however that is written, in a file for its owner alone", async () => {
  await using dir = await place();
  const kept = new KeptDevices(HERE, dir.path);
  assertEquals(await kept.find("Anna"), undefined);
  const path = await kept.keep({ name: "Anna", token: TOKEN, device: "d" });
  assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  const above = await Deno.stat(path.replace(/\/[^/]+$/, ""));
  assertEquals((above.mode ?? 0) & 0o777, 0o700);
  assertEquals((await kept.find("ANNA"))?.token, TOKEN);
  assertEquals(await kept.find("Ben"), undefined);
  const elsewhere = new KeptDevices({ ...HERE, port: 8081 }, dir.path);
  assertEquals(await elsewhere.find("Anna"), undefined);
  await kept.forget("anna");
  await kept.forget("anna");
  assertEquals(await kept.find("Anna"), undefined);
});

Deno.test("without a name the one is found that was kept last", async () => {
  await using dir = await place();
  const kept = new KeptDevices(HERE, dir.path);
  const anna = await kept.keep({ name: "Anna", token: TOKEN });
  const ben = await kept.keep({ name: "Ben", token: TOKEN });
  await Deno.utime(anna, 20, 20);
  await Deno.utime(ben, 10, 10);
  assertEquals((await kept.find(undefined))?.name, "Anna");
});

Deno.test("a token that was given over TLS is shown to another machine over nothing else", async () => {
  await using dir = await place();
  for (const [host, shown] of [["192.0.2.7", false], ["127.0.0.1", true]] as const) {
    const secure = new KeptDevices({ host, port: 1, tls: {} }, dir.path);
    await secure.keep({ name: "Anna", token: TOKEN });
    assertEquals((await secure.find("Anna"))?.token, TOKEN);
    const plain = new KeptDevices({ host, port: 1 }, dir.path);
    if (shown) assertEquals((await plain.find("Anna"))?.token, TOKEN);
    else assert((await assertRejects(plain.find("Anna"), Failure)).message.includes("over TLS"));
  }
});

Deno.test("a host that is a path leads nowhere else", async () => {
  await using dir = await place();
  const kept = new KeptDevices({ host: "../../evil", port: 1 }, dir.path);
  const path = await kept.keep({ name: "Anna", token: TOKEN });
  assert(path.startsWith(`${dir.path}/..%2F..%2Fevil:1/`), path);
  assertEquals((await kept.find("Anna"))?.token, TOKEN);
});

Deno.test("a token that others can read, or behind a link, or none, is not used", async () => {
  await using dir = await place();
  const kept = new KeptDevices(HERE, dir.path);
  const path = await kept.keep({ name: "Anna", token: TOKEN });
  await Deno.chmod(path, 0o640);
  const open = await assertRejects(kept.find("Anna"), Failure);
  assert(open.message.includes("chmod 600"), open.message);
  assert(!open.message.includes(TOKEN));
  await Deno.chmod(path, 0o600);
  await Deno.rename(path, `${dir.path}/elsewhere`);
  await Deno.symlink(`${dir.path}/elsewhere`, path);
  await assertRejects(kept.find("Anna"), Failure);
  // Keeping one replaces the link, and leaves alone what it led to.
  await kept.keep({ name: "Anna", token: `${TOKEN}2` });
  assertEquals((await kept.find("Anna"))?.token, `${TOKEN}2`);
  assertEquals((await readDevice(`${dir.path}/elsewhere`))?.token, TOKEN);
  await Deno.writeTextFile(path, "nothing of the kind");
  await assertRejects(kept.find("Anna"), Failure);
});

Deno.test("where no file can be there is no token", async () => {
  await using dir = await place();
  await Deno.writeTextFile(`${dir.path}/file`, "");
  for (const home of ["/dev/null", `${dir.path}/file`, `${dir.path}/${"long".repeat(100)}`]) {
    const kept = new KeptDevices(HERE, `${home}/chat/devices`);
    assertEquals([await kept.find("Anna"), await kept.find(undefined)], [undefined, undefined]);
  }
});

Deno.test("a file may hold the token alone, or all that is known of it", () => {
  assertEquals(deviceIn(TOKEN), { token: TOKEN });
  const all = { server: "h:1", name: "Anna", token: TOKEN, device: "d" };
  assertEquals(deviceIn(JSON.stringify(all)), all);
  for (const text of ["", "short", "two words of text", "{", "[]", '{"token":1}']) {
    assertEquals(deviceIn(text), undefined, text);
  }
});

Deno.test("what is typed blindly can be mended, and ends with Enter", () => {
  assertEquals(typing("", "secret\r"), { text: "secret", end: "sent" });
  assertEquals(typing("sec", "x\x7fret\n and more"), { text: "secret", end: "sent" });
  assertEquals(typing("wrong", "\x15right"), { text: "right", end: undefined });
  assertEquals(typing("ab", "\x1b[Dc\x1bOA\x1b[200~"), { text: "abc", end: undefined });
  assertEquals(typing("ä👍", "\x7f\x7f"), { text: "", end: undefined });
  assertEquals(typing("secret", "\x03").text, "");
  assertEquals(typing("", "\x04").end, "closed");
  assertEquals(typing("a", "\x04"), { text: "a", end: undefined });
});
