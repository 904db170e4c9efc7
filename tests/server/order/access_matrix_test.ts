/**
 * Who may do what: every message of a client, by everybody, in every kind of room, as one table.
 *
 * A type without a row does not compile. Each cell is asked of a real server by a client that speaks bytes, in a room of its own; and what
 * those who may not know of a room get in the meantime is searched for what was said there.
 *
 * @module
 */

import type { Access, ClientType } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { type Answer, ask, done } from "../conformance/asking.ts";

/** Everybody, in the order of the table's columns. */
const PEOPLE = {
  G: "a guest, who was never there",
  S: "a stranger under the name of a moderator who has left",
  m: "a member",
  q: "a member who is muted",
  b: "somebody who is banned",
  i: "somebody who is invited, and not there yet",
  M: "a moderator",
  O: "the owner",
  P: "an operator, who is not there",
} as const;
type Who = keyof typeof PEOPLE;

/** What comes of it: done, or an error by its letter. Of a list of rooms: whether the room stands in it. */
const LETTERS: ReadonlyMap<unknown, string> = new Map([
  ["not_found", "n"],
  ["not_in_room", "r"],
  ["forbidden", "f"],
  ["banned", "b"],
]);

/** A message, and what comes of it for each of `PEOPLE`, by access. */
interface Case {
  readonly message: (room: string) => object;
  readonly open: string;
  readonly invite: string;
  readonly announce: string;
}

/** A message that has nothing to do with any room. */
const NO_ROOM = "has nothing to do with any room";
function row(
  fields: object,
  [open, invite, announce]: readonly [open: string, invite: string, announce: string],
): (type: string) => Case {
  return (type) => ({
    message: (room) => ({ type, room, ...fields }),
    open,
    invite,
    announce,
  });
}

/** A hook has a name that nobody else has. */
function hookRow(): (type: string) => Case {
  const all = "ffffffffy";
  return (type) => ({
    message: (room) => ({ type, room, name: `bot-${room}` }),
    ...{ open: all, invite: all, announce: all },
  });
}

const FILE = { filename: "f", size: 1 };
const TARGET = { user: "Tara" };
/** An account that is away, and meant by its name as if it were here. */
const ABSENT = { user: "Abby" };

const TABLE: {
  readonly [T in ClientType]: readonly ((type: string) => Case)[] | typeof NO_ROOM;
} = {
  //                                    open         invite       announce
  //                                    GSmqbiMOP    GSmqbiMOP    GSmqbiMOP
  Broadcast: [row({ content: "hey" }, ["rryfrryyr", "rryfrryyr", "rrffrryyr"])],
  FileOffer: [row(FILE, /*        */ ["rryfrryyr", "rryfrryyr", "rrffrryyr"])],
  Topic: [row({ topic: "t" }, /*  */ ["rryfrryyr", "rryfrryyr", "rrffrryyr"])],
  Edit: [row({ seq: 1, content: "c" }, ["rrffrrfyr", "rrffrrfyr", "rrffrrfyr"])],
  Delete: [row({ seq: 1 }, /*     */ ["rrffrrfyr", "rrffrrfyr", "rrffrrfyr"])],
  React: [row({ seq: 1, emoji: "k", on: true }, ["rryfrryyr", "rryfrryyr", "rrffrryyr"])],
  History: [row({}, /*            */ ["rryyrryyr", "rryyrryyr", "rryyrryyr"])],
  Read: [row({ seq: 1 }, /*       */ ["rrffrrffr", "rrffrrffr", "rrffrrffr"])],
  Typing: [row({}, /*             */ ["rryfrryyr", "rryfrryyr", "rrffrryyr"])],
  Leave: [row({}, /*              */ ["rryyrryyr", "rryyrryyr", "rryyrryyr"])],
  Join: [row({}, /*               */ ["yyyybyyyy", "nnyynyyyy", "yyyybyyyy"])],
  ListUsers: [row({}, /*          */ ["yyyyyyyyy", "nnyynyyyy", "yyyyyyyyy"])],
  ListRooms: [row({}, /*          */ ["yyyyyyyyy", "nnyynyyyy", "yyyyyyyyy"])],
  Room: [
    row({}, /*                    */ ["yyyybyyyy", "nnyynyyyy", "yyyybyyyy"]),
    row({ slow: 1 }, /*           */ ["ffffbfyyy", "nnffnfyyy", "ffffbfyyy"]),
    row({ access: "open" }, /*    */ ["ffffbfyyy", "nnffnfyyy", "ffffbfyyy"]),
    row({ retain: 1 }, /*         */ ["ffffbffyy", "nnffnffyy", "ffffbffyy"]),
    row({ promote: "Tara" }, /*   */ ["ffffbffyy", "nnffnffyy", "ffffbffyy"]),
    row({ promote: "Abby" }, /*   */ ["ffffbffyy", "nnffnffyy", "ffffbffyy"]),
    row({ demote: "Tara" }, /*    */ ["ffffbffnn", "nnffnffnn", "ffffbffnn"]),
    row({ owner: "Tara" }, /*     */ ["ffffbffyy", "nnffnffyy", "ffffbffyy"]),
  ],
  Invite: [
    row({ user: "Eve" }, /*       */ ["ffffbfyyy", "nnffnfyyy", "ffffbfyyy"]),
    row(ABSENT, /*                */ ["ffffbfyyy", "nnffnfyyy", "ffffbfyyy"]),
    row({ user: "Nobody" }, /*    */ ["ffffbfnnn", "nnffnfnnn", "ffffbfnnn"]),
  ],
  Kick: [
    row(TARGET, /*                */ ["ffffbfyyy", "nnffnfyyy", "ffffbfyyy"]),
    row(ABSENT, /*                */ ["ffffbfyyy", "nnffnfyyy", "ffffbfyyy"]),
  ],
  Mute: [
    row(TARGET, /*                */ ["ffffbfyyy", "nnffnfyyy", "ffffbfyyy"]),
    row(ABSENT, /*                */ ["ffffbfyyy", "nnffnfyyy", "ffffbfyyy"]),
  ],
  Ban: [
    row(ABSENT, /*                */ ["ffffbfyyy", "nnffnfyyy", "ffffbfyyy"]),
    row(TARGET, /*                */ ["ffffbfyyy", "nnffnfyyy", "ffffbfyyy"]),
    row({ user: "Olga" }, /*      */ ["ffffbff-y", "nnffnff-y", "ffffbff-y"]),
    row({ address: "10.0.0.0/8" }, ["ffffbfffy", "nnffnfffy", "ffffbfffy"]),
    row({ room: undefined, server: true, user: "Nobody" }, ["ffffffffy", "ffffffffy", "ffffffffy"]),
  ],
  Unban: [row({ user: "Xaver" }, /**/ ["ffffbfyyy", "nnffnfyyy", "ffffbfyyy"])],
  Bans: [row({ room: undefined }, ["ffffffffy", "ffffffffy", "ffffffffy"])],
  Report: [row({ seq: 1 }, /*     */ ["rryybryyr", "nnyynryyr", "rryybryyr"])],
  Audit: [
    row({}, /*                    */ ["ffffbfyyy", "nnffnfyyy", "ffffbfyyy"]),
    row({ room: undefined, server: true }, ["ffffffffy", "ffffffffy", "ffffffffy"]),
  ],
  SetRole: [
    row({ room: undefined, username: "Abby", role: "user" }, [
      "ffffffffy",
      "ffffffffy",
      "ffffffffy",
    ]),
  ],
  Inspect: NO_ROOM,
  Trace: [row({ on: true }, ["ffffffffy", "ffffffffy", "ffffffffy"])],
  Search: NO_ROOM,
  Whisper: NO_ROOM,
  FileAccept: NO_ROOM,
  FileReject: NO_ROOM,
  FileProgress: NO_ROOM,
  FileReceived: NO_ROOM,
  FileCancel: NO_ROOM,
  Transfer: NO_ROOM,
  Login: NO_ROOM,
  Register: NO_ROOM,
  Password: NO_ROOM,
  Devices: NO_ROOM,
  RevokeDevice: NO_ROOM,
  Accounts: NO_ROOM,
  AddAccount: NO_ROOM,
  SetPassword: NO_ROOM,
  RemoveAccount: NO_ROOM,
  EraseAccount: NO_ROOM,
  Hooks: NO_ROOM,
  AddHook: [hookRow()],
  RemoveHook: NO_ROOM,
  Invitations: NO_ROOM,
  AddInvitation: [row({ uses: 1 }, ["ffffffffy", "ffffffffy", "ffffffffy"])],
  RevokeInvitation: NO_ROOM,
  Ping: NO_ROOM,
  Pong: NO_ROOM,
};

const CASES: readonly (Case & { readonly what: string })[] = Object.entries(TABLE).flatMap(
  ([type, rows]) => {
    if (rows === NO_ROOM) return [];
    return rows.map((make) => {
      const one = make(type);
      return { ...one, what: JSON.stringify(one.message("…")) };
    });
  },
);
const ACCESSES: readonly Access[] = ["open", "invite", "announce"];
/** What is said in closed rooms. */
const SECRET = "S3CRET";
const operatorToken = "operator".repeat(5);

/** Who is in the room of a cell when it is set. */
const INSIDE: ReadonlySet<Who> = new Set(["S", "m", "q", "b", "M"]);

async function logIn(server: TestServer, who: Who, session?: string): Promise<RawClient> {
  const names = {
    G: "Gast",
    S: "Mona",
    m: "Mia",
    q: "Quirin",
    b: "Bruno",
    i: "Ida",
    M: "Mona",
    O: "Olga",
    P: "Op",
  };
  const client = await server.connect();
  const operator = who === "P" ? operatorToken : undefined;
  await client.send({ type: "Login", username: names[who], session, operator });
  await client.next("Welcome");
  return client;
}

/** Makes a room of a cell, in which somebody is as he is to be. */
async function furnish(
  [owner, tara, subject]: readonly [owner: RawClient, tara: RawClient, subject: RawClient],
  { who, room, access }: { readonly who: Who; readonly room: string; readonly access: Access },
): Promise<void> {
  await done(owner, { type: "Join", room });
  await done(tara, { type: "Join", room });
  if (INSIDE.has(who)) await done(subject, { type: "Join", room });
  await done(owner, { type: "Ban", room, user: "Xaver" });
  if (who === "S" || who === "M") await done(owner, { type: "Room", room, promote: "Mona" });
  if (who === "q") await done(owner, { type: "Mute", room, user: "Quirin" });
  if (who === "b") await done(owner, { type: "Ban", room, user: "Bruno" });
  await done(owner, { type: "Room", room, access, typing: true });
  if (who === "i") await done(owner, { type: "Invite", room, user: "Ida" });
  const content = access === "invite" ? SECRET : "no secret";
  await done(owner, { type: "Broadcast", room, content });
  await done(owner, { type: "Topic", room, topic: content });
}

function letterOf(what: string, room: string, answer: Answer): string {
  if (answer["type"] === "RoomList") {
    return JSON.stringify(answer).includes(`"${room}"`) ? "y" : "n";
  }
  if (answer["type"] !== "Error") return "y";
  return LETTERS.get(answer["code"]) ?? `(${what}: ${JSON.stringify(answer)})`;
}

for (const [column, [key, title]] of Object.entries(PEOPLE).entries()) {
  const who = key as Who;
  Deno.test(`what may be done in a room, by ${title}`, async () => {
    await using server = startServer({
      operatorToken,
      passwordCost: CHEAP,
      limits: { messagesPerSecond: 0 },
    });
    const abby = await server.connect();
    await abby.send({ type: "Register", username: "Abby", password: "correct horse" });
    await abby.next("Welcome");
    await abby.close();
    await server.event("left", ({ user }) => user === "Abby");
    await using owner = await logIn(server, "O");
    await using tara = await server.frames("Tara");
    await using eve = await server.frames("Eve");
    let subject = who === "O" ? owner : await logIn(server, who);
    const cells = CASES.flatMap((one, index) =>
      ACCESSES.map((access) => ({ one, access, room: `hall-${index}-${access}` }))
    );
    for (const { access, room } of cells) {
      await furnish([owner, tara, subject], { who, room, access });
    }
    if (who === "S") {
      await subject.close();
      await server.event("left", ({ user }) => user === "Mona");
      subject = await logIn(server, "S");
    }
    const isShutOut = who === "G" || who === "S" || who === "b";
    const expected: string[] = [];
    const got: string[] = [];
    for (const { one, access, room } of cells) {
      const wanted = one[access][column];
      if (wanted === "-") continue;
      const answer = await ask(subject, one.message(room));
      expected.push(`${one.what} ${access}: ${wanted}`);
      got.push(`${one.what} ${access}: ${letterOf(one.what, room, answer)}`);
      if (isShutOut) assert(!JSON.stringify(answer).includes(SECRET), JSON.stringify(answer));
    }
    assertEquals(got, expected);
    await subject.close();
    // Who was in none of these rooms and asked nothing has heard of none of those that are closed.
    await eve.closeWrite();
    const heard = new TextDecoder().decode(await eve.rest());
    assert(!heard.includes(SECRET), heard);
    const told = heard.match(/hall-\d+-\w+/g) ?? [];
    assertEquals(told.filter((room) => !invitesEve(room)), [], heard);
  });
}

/** Whether somebody may have invited her to that room in the course of the table. */
function invitesEve(room: string): boolean {
  const [, index = ""] = /^hall-(\d+)-/.exec(room) ?? [];
  return CASES[Number(index)]?.what.startsWith('{"type":"Invite"') === true;
}

Deno.test("every row of the table has a letter for everybody", () => {
  for (const { what, open, invite, announce } of CASES) {
    for (const letters of [open, invite, announce]) {
      assertEquals(letters.length, Object.keys(PEOPLE).length, what);
      assert(/^[ynrfb-]+$/.test(letters), what);
    }
  }
});
