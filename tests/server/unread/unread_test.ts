/**
 * How often positions are written: at once for who whispers for the first time, else seldom, and never lost but by a crash.
 *
 * @module
 */

import { POSITIONS_WRITE_MS } from "../../../server/unread/limits.ts";
import { Positions, positionsIn } from "../../../server/unread/positions.ts";
import { Unread } from "../../../server/unread/unread.ts";
import { type KeptValues, memoryStore } from "../../../server/mod.ts";
import { StorageError } from "../../../server/store/store_port.ts";
import {
  fold,
  type FoldedName,
  roomName,
  type UserName,
  userName,
} from "../../../server/wire/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";

function named(text: string): UserName {
  const checked = userName(text);
  assert(checked.kind === "name");
  return checked.name;
}

const someone = (text: string, registered = true) => {
  const name = named(text);
  return { name, key: fold(name), tag: `tag of ${name}`, registered };
};

/** Positions over a store that counts its writes, and refuses them when it is told to. */
function place() {
  const { values } = memoryStore();
  const heads = new Map<string, number>();
  const firsts = new Map<string, number>();
  const here = new Set<FoldedName>();
  const state = { writes: 0, refuses: false, now: 0 };
  const counting: KeptValues = {
    ...values,
    write: (key, value, settled) => {
      state.writes++;
      if (state.refuses) settled(new StorageError("It is full"));
      else values.write(key, value, settled);
    },
  };
  const unread = new Unread({
    values: counting,
    head: (stream) => heads.get(stream) ?? 0,
    first: (stream) => firsts.get(stream) ?? 1,
    isHere: (key) => here.has(key),
    steady: () => state.now,
  });
  const tagKept = () => positionsIn(values.value("read/bob") ?? new Uint8Array())?.tag;
  const kept = (tag: string) => Positions.in(values.value("read/bob"), tag);
  return { unread, heads, firsts, here, state, kept, tagKept };
}

Deno.test("who whispers first is written at once, and then nothing, however much is whispered", () => {
  const { unread, heads, state, kept } = place();
  const [bob, anna] = [someone("Bob"), someone("Anna", false)];
  for (let n = 0; n < 100; n++) {
    unread.whispered(bob, anna);
    heads.set("pair/anna/bob", n + 1);
  }
  assertEquals(state.writes, 1);
  assertEquals(kept(bob.tag).whisperers.get(anna.key), { name: "Anna", guest: true, read: 0 });
  assertEquals(unread.comes(bob, []), [{ with: "Anna", head: 100, read: 0, unread: 100 }]);
  unread.whispered(bob, bob);
  assertEquals(state.writes, 1);
});

Deno.test("who whispered last stands last, also after a restart, and is written seldom", () => {
  const { unread, heads, state, kept } = place();
  const [bob, anna, carl] = [someone("Bob"), someone("Anna"), someone("Carl")];
  const said = { Anna: 0, Carl: 0 };
  for (let n = 0; n < 100; n++) {
    const by = n % 2 === 0 ? anna : carl;
    unread.whispered(bob, by);
    heads.set(
      by === anna ? "pair/anna/bob" : "pair/bob/carl",
      ++said[by === anna ? "Anna" : "Carl"],
    );
  }
  unread.whispered(bob, anna);
  heads.set("pair/anna/bob", ++said.Anna);
  assertEquals(state.writes, 2);
  state.now += POSITIONS_WRITE_MS;
  unread.check();
  unread.check();
  assertEquals(state.writes, 3);
  assertEquals([...kept(bob.tag).whisperers.keys()], [carl.key, anna.key]);
  assertEquals(unread.comes(bob, []).map((entry) => entry.with), ["Carl", "Anna"]);
});

Deno.test("what is read is written once in a while, when nobody of the name is left, and at the end", () => {
  const { unread, heads, here, state, kept } = place();
  const [bob, anna] = [someone("Bob"), someone("Anna")];
  const readOf = () => kept(bob.tag).whisperers.get(anna.key)?.read;
  here.add(bob.key);
  unread.whispered(bob, anna);
  heads.set("pair/anna/bob", 1_000);
  assertEquals(state.writes, 1);
  for (let n = 1; n <= 100; n++) {
    assertEquals(unread.read(bob, anna.key, n), true);
    unread.check();
  }
  assertEquals([state.writes, readOf()], [1, 0]);
  state.now = POSITIONS_WRITE_MS;
  unread.check();
  unread.check();
  assertEquals([state.writes, readOf()], [2, 100]);
  assertEquals(unread.read(bob, anna.key, 50), false);
  unread.left(bob.key);
  assertEquals(state.writes, 2);
  unread.read(bob, anna.key, 200);
  // Another device is here.
  unread.left(bob.key);
  assertEquals(state.writes, 2);
  here.delete(bob.key);
  unread.left(bob.key);
  assertEquals([state.writes, readOf()], [3, 200]);
  here.add(bob.key);
  unread.read(bob, anna.key, 300);
  unread.close();
  assertEquals([state.writes, readOf()], [4, 300]);
});

Deno.test("what a full disk refuses is written when it can be", () => {
  const { unread, heads, here, state, kept } = place();
  const [bob, anna] = [someone("Bob"), someone("Anna")];
  heads.set("pair/anna/bob", 9);
  here.add(bob.key);
  state.refuses = true;
  unread.whispered(bob, anna);
  unread.read(bob, anna.key, 10);
  here.delete(bob.key);
  unread.left(bob.key);
  assertEquals(kept(bob.tag).whisperers.size, 0);
  state.refuses = false;
  state.now += POSITIONS_WRITE_MS;
  unread.check();
  assertEquals(kept(bob.tag).whisperers.get(anna.key)?.read, 10);
  const before = state.writes;
  state.now += POSITIONS_WRITE_MS;
  unread.check();
  assertEquals(state.writes, before);
});

Deno.test("who has the name later knows nothing of the one before", () => {
  const { unread, heads } = place();
  const [bob, anna] = [someone("Bob"), someone("Anna")];
  unread.whispered(bob, anna);
  heads.set("pair/anna/bob", 3);
  const other = { ...bob, tag: "another's tag" };
  assertEquals(unread.comes(other, []), []);
  assertEquals(unread.roomsOf(other), []);
  assertEquals(unread.comes(bob, []), [{ with: "Anna", head: 3, read: 0, unread: 3 }]);
});

Deno.test("what went for its age is not counted as unread", () => {
  const { unread, heads, firsts } = place();
  const [bob, anna] = [someone("Bob"), someone("Anna")];
  const tea = roomName("tea");
  assert(tea.kind === "name");
  const room = { key: fold(tea.name), name: tea.name, stream: "room/tea" };
  unread.whispered(bob, anna);
  unread.entered(bob, room);
  for (const stream of ["pair/anna/bob", "room/tea"]) {
    heads.set(stream, 10);
    firsts.set(stream, 8);
  }
  const come = () => unread.comes(bob, [{ room }]);
  const counts = { head: 10, read: 7, unread: 3 };
  assertEquals(come(), [{ room: "tea", ...counts }, { with: "Anna", ...counts }]);
  for (const stream of ["pair/anna/bob", "room/tea"]) firsts.set(stream, 11);
  assertEquals(come(), []);
});

Deno.test("of an account that is gone nothing is written any more, and what was is erased", async () => {
  const { unread, state, tagKept } = place();
  const bob = someone("Bob");
  unread.whispered(bob, someone("Anna"));
  assertEquals(tagKept(), bob.tag);
  unread.forget(bob);
  const { writes } = state;
  unread.whispered(bob, someone("Carl"));
  const tea = roomName("tea");
  assert(tea.kind === "name");
  unread.entered(bob, { key: fold(tea.name), name: tea.name, stream: "room/tea" });
  unread.left(bob.key);
  unread.close();
  assertEquals(state.writes, writes);
  state.refuses = true;
  await assertRejects(unread.erase(bob), StorageError);
  state.refuses = false;
  await unread.erase(bob);
  await unread.erase(bob);
  assertEquals([tagKept(), state.writes], [undefined, writes + 2]);
});

Deno.test("who has the name of an account that is erased keeps what is on its way", async () => {
  const { values } = memoryStore();
  const held: (() => void)[] = [];
  const unread = new Unread({
    values: { ...values, write: (...what) => void held.push(() => values.write(...what)) },
    head: () => 0,
    first: () => 1,
    isHere: () => true,
    steady: () => 0,
  });
  const go = () => held.splice(0).forEach((one) => one());
  const bob = someone("Bob");
  unread.whispered(bob, someone("Anna"));
  go();
  unread.forget(bob);
  const other = { ...bob, tag: "another" };
  unread.whispered(other, someone("Carl"));
  const erased = unread.erase(bob);
  go();
  await erased;
  const kept = Positions.in(values.value("read/bob"), other.tag);
  assertEquals([...kept.whisperers.keys()], ["carl"]);
});
