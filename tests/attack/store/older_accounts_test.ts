/**
 * A damaged byte gives nobody back what was taken from an account: not a right, not a device, not the account.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { removeHints } from "../../cli/db_stores.ts";
import { chat } from "../../cli/program.ts";
import { type Answer, ask, comesIn, done } from "../../server/conformance/asking.ts";
import { folder, startOn } from "../../server/durable/place.ts";

const operatorToken = "operator".repeat(5);
const password = "correct horse";
const serve = { operatorToken, passwordCost: CHEAP };

/** Turns a bit in the last place where this stands in the store. */
async function damageLast(path: string, text: string): Promise<void> {
  const file = `${path}/00000001.segment`;
  const bytes = await Deno.readFile(file);
  const at = new TextDecoder("latin1").decode(bytes).lastIndexOf(text);
  assert(at > 0, `${text} stands in ${file}`);
  bytes[at + 2] = (bytes[at + 2] ?? 0) ^ 1;
  await Deno.writeFile(file, bytes);
}

/** The same in each place. */
async function damageAll(path: string, text: string): Promise<void> {
  const file = `${path}/00000001.segment`;
  const bytes = await Deno.readFile(file);
  const latin = new TextDecoder("latin1").decode(bytes);
  let places = 0;
  for (let at = latin.indexOf(text); at >= 0; at = latin.indexOf(text, at + 1), places++) {
    bytes[at + 2] = (bytes[at + 2] ?? 0) ^ 1;
  }
  assert(places > 0, `${text} stands in ${file}`);
  await Deno.writeFile(file, bytes);
}

Deno.test("what is saved from a damaged store gives no operator, device or account back that is on record as taken away", async () => {
  using place = folder();
  using saved = folder();
  {
    await using server = await startOn(place.path, { serve });
    await using op = await comesIn(server, { username: "Root", operator: operatorToken });
    for (const username of ["Eve", "Ben", "Cleo", "Dan"]) {
      await using _one = await comesIn(server, { type: "Register", username, password });
    }
    for (const username of ["Eve", "Dan"]) {
      await done(op, { type: "SetRole", username, role: "operator" });
    }
    await done(op, { type: "SetRole", username: "Eve", role: "user" });
    await done(op, { type: "SetPassword", username: "Ben", password: "another horse" });
    await done(op, { type: "RemoveAccount", username: "Cleo" });
  }
  // The last word on each of these accounts; before it stands an older one.
  await damageLast(place.path, 'account/eve/Eve{"name":"Eve","role":"user"');
  await damageLast(place.path, 'account/ben/Ben{"name":"Ben"');
  await damageLast(place.path, "account/cleo/Cleo");
  removeHints(place.path);
  const into = `${saved.path}/new`;
  const { code, out } = await chat(["db", "repair", place.path, "--into", into, "--yes"]);
  assertEquals(code, 3, out);
  assert(/Taken away again.*'Cleo'\./.test(out), out);
  assert(/No operators any more.*'Eve'\./.test(out), out);
  assert(/Logged out on all devices.*'Ben'\. .*chat user passwd/.test(out), out);
  assert(/Operators now: 'Dan'\./.test(out), out);
  await using server = await startOn(into, { serve });
  await using op = await comesIn(server, { username: "Root", operator: operatorToken });
  const { accounts } = await ask(op, { type: "Accounts" });
  const rows = (accounts as readonly Answer[]).map(({ name, role, devices }) => [
    name,
    role,
    devices,
  ]);
  assertEquals(rows, [["Ben", "user", 0], ["Dan", "operator", 1], ["Eve", "user", 0]]);
});

Deno.test("nor when the clock was set back before it was taken away", async () => {
  using place = folder();
  using saved = folder();
  {
    let now = 2_000_000_000_000;
    await using server = await startOn(place.path, { serve: { ...serve, clock: () => now } });
    await using op = await comesIn(server, { username: "Root", operator: operatorToken });
    for (const username of ["Eve", "Ben", "Cleo"]) {
      await using _one = await comesIn(server, { type: "Register", username, password });
    }
    await done(op, { type: "SetRole", username: "Eve", role: "operator" });
    now -= 86_400_000;
    await done(op, { type: "SetRole", username: "Eve", role: "user" });
    await done(op, { type: "SetPassword", username: "Ben", password: "another horse" });
    await done(op, { type: "RemoveAccount", username: "Cleo" });
  }
  await damageLast(place.path, 'account/eve/Eve{"name":"Eve","role":"user"');
  await damageLast(place.path, 'account/ben/Ben{"name":"Ben"');
  await damageLast(place.path, "account/cleo/Cleo");
  removeHints(place.path);
  const into = `${saved.path}/new`;
  const { code, out } = await chat(["db", "repair", place.path, "--into", into, "--yes"]);
  assertEquals(code, 3, out);
  assert(/Taken away again.*'Cleo'\./.test(out), out);
  assert(/No operators any more.*'Eve'\./.test(out), out);
  assert(/Logged out on all devices.*'Ben'\./.test(out), out);
});

Deno.test("the name of an account of which nothing is left is nobody's until an operator gives it", async () => {
  using place = folder();
  using saved = folder();
  {
    await using server = await startOn(place.path, { serve });
    await using op = await comesIn(server, { username: "Root", operator: operatorToken });
    // Of each another thing is left: words, a whisper, the record of an operator, how far she has read.
    for (const username of ["Eve", "Ann", "Fay", "Gus"]) {
      await using one = await comesIn(server, { type: "Register", username, password });
      if (username === "Eve") await done(one, { type: "Broadcast", content: "hello" });
      if (username === "Ann") await ask(one, { type: "Whisper", to: "Root", content: "psst" });
      if (username === "Fay") await done(one, { type: "Join", room: "tea" });
      if (username === "Gus") await done(one, { type: "Broadcast", content: "I go" });
    }
    await done(op, { type: "AddAccount", username: "Dan", password });
    await done(op, { type: "RemoveAccount", username: "Gus" });
    await using _guest = await comesIn(server, { username: "Hal" });
    await done(_guest, { type: "Broadcast", content: 'a guest: "account":true' });
  }
  // All that was ever written of these accounts.
  for (const key of ["eve/Eve", "ann/Ann", "fay/Fay", "dan/Dan"]) {
    await damageAll(place.path, `account/${key}`);
  }
  removeHints(place.path);
  const into = `${saved.path}/new`;
  const { code, out } = await chat(["db", "repair", place.path, "--into", into, "--yes"]);
  assertEquals(code, 3, out);
  assert(/^Held for .* lost: 'Ann', 'Dan', 'Eve', 'fay'\. /m.test(out), out);
  await using server = await startOn(into, { serve });
  for (const username of ["Eve", "ann", "Dan", "fay", "Fay"]) {
    await using guest = await server.connect();
    await guest.send({ type: "Login", username });
    assertEquals((await guest.next("Error"))["code"], "auth_failed", username);
    await using other = await server.connect();
    await other.send({ type: "Register", username, password });
    assertEquals((await other.next("Error"))["code"], "name_taken", username);
  }
  await using _gus = await comesIn(server, { username: "Gus" });
  await using _hal = await comesIn(server, { username: "Hal" });
  await using op = await comesIn(server, { username: "Root", operator: operatorToken });
  await done(op, { type: "SetPassword", username: "Eve", password: "another horse" });
  await using _eve = await comesIn(server, { username: "Eve", password: "another horse" });
  await done(op, { type: "RemoveAccount", username: "Ann" });
  await using _ann = await comesIn(server, { username: "Ann" });
});

Deno.test("no hook speaks again, and no invitation lets anybody in, that is on record as taken away", async () => {
  using place = folder();
  using saved = folder();
  let id: string;
  {
    await using server = await startOn(place.path, { serve });
    await using op = await comesIn(server, { username: "Root", operator: operatorToken });
    await done(op, { type: "Join", room: "tea" });
    await done(op, { type: "Broadcast", room: "tea", content: "hello" });
    const { invitation } = await ask(op, { type: "AddInvitation", room: "tea" });
    id = (invitation as { readonly id: string }).id;
    for (const name of ["ci", "cd"]) await ask(op, { type: "AddHook", name, room: "tea" });
    await done(op, { type: "RevokeInvitation", invitation: id });
    await done(op, { type: "RemoveHook", hook: "ci" });
  }
  for (const key of [`invitation/${id}`, "hook/ci"]) await damageLast(place.path, key);
  removeHints(place.path);
  const into = `${saved.path}/new`;
  const { code, out } = await chat(["db", "repair", place.path, "--into", into, "--yes"]);
  assertEquals(code, 3, out);
  assert(out.includes(`had been: 'hook/ci', 'invitation/${id}'.`), out);
  await using server = await startOn(into, { serve });
  await using op = await comesIn(server, { username: "Root", operator: operatorToken });
  const { hooks } = await ask(op, { type: "Hooks" });
  assertEquals((hooks as readonly Answer[]).map(({ name }) => name), ["cd"]);
  assertEquals((await ask(op, { type: "Invitations" }))["invitations"], []);
});

Deno.test("a store of which nothing is lost is saved with its accounts as they are", async () => {
  using place = folder();
  using saved = folder();
  {
    await using server = await startOn(place.path, { serve });
    await using op = await comesIn(server, { username: "Root", operator: operatorToken });
    await using _eve = await comesIn(server, { type: "Register", username: "Eve", password });
    await done(op, { type: "SetRole", username: "Eve", role: "operator" });
  }
  const into = `${saved.path}/new`;
  const { code, out } = await chat(["db", "repair", place.path, "--into", into, "--yes"]);
  assertEquals(code, 0, out);
  assert(!out.includes("Operators now"), out);
});
