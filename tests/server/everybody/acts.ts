/**
 * What a device does in a step: whether it may, by the model, what it asks the server, and what it is answered.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import type { Answer } from "./house.ts";
import type { Invitation } from "./inviting.ts";
import { HOOK } from "./hooking.ts";
import type { Deed } from "./keeping.ts";
import type { Model } from "./model.ts";
import { NAMES } from "./people.ts";
import type { Ear, Place, Room, Said } from "./scene.ts";
import type { Doing, Step } from "./steps.ts";

/** What is done: asked, and answered as it may be. What holds in the model then holds already. */
export interface Act {
  readonly may: boolean;
  readonly message: object;
  /** Looks at the answer, where it was done. */
  readonly check?: (answer: Answer) => void;
}

/** Who does it, and what the step picks of what there is. */
interface Scene {
  readonly model: Model;
  readonly ear: Ear;
  readonly place: Place;
  /** Somebody, and a number. */
  readonly name: string;
  readonly other: number;
  /** A text that was never said. */
  readonly text: string;
  /** A message of the place, or the one behind the last. */
  readonly one: Said | undefined;
  readonly seq: number;
  /** A whisper of the device's person with that name, likewise. */
  readonly whispered: Said | undefined;
  /** An invitation that holds. */
  readonly invitation: Invitation | undefined;
}

/** What becomes of the connections themselves, see `play.ts`. */
export type Moving =
  | "come"
  | "come back"
  | "come by invitation"
  | "go"
  | "post"
  | "wait"
  | "restart"
  | "kill"
  | "power failure";
/** All else. */
export type Acting = Exclude<Doing, Moving>;

const ACCESS: readonly Room["access"][] = ["open", "invite", "announce", "invite"];
const LIKE = "\u{1f44d}";
const PASSWORD = "correct horse battery";

const ACTS: Readonly<Record<Acting, (on: Scene) => Act>> = {
  "say": ({ model, ear, place, text }) => ({
    may: model.say(ear, place, text),
    message: { type: "Broadcast", room: place, content: text },
  }),
  "whisper": ({ model, ear, name, text }) => ({
    may: model.whisper(ear, name, text),
    message: { type: "Whisper", to: name, content: text },
  }),
  "edit": ({ model, ear, place, one, seq, text }) => ({
    may: model.edit(ear, one, place, text),
    message: { type: "Edit", room: place, seq, content: text },
  }),
  "edit whisper": ({ model, ear, name, whispered, text }) => ({
    may: model.edit(ear, whispered, undefined, text),
    message: { type: "Edit", with: name, seq: whispered?.seq ?? 1_000, content: text },
  }),
  "delete": ({ model, ear, place, one, seq }) => ({
    may: model.delete(ear, one, place),
    message: { type: "Delete", room: place, seq },
  }),
  "delete whisper": ({ model, ear, name, whispered }) => ({
    may: model.delete(ear, whispered, undefined),
    message: { type: "Delete", with: name, seq: whispered?.seq ?? 1_000 },
  }),
  "like": ({ model, ear, place, one, seq, other }) => {
    const on = other % 4 > 0;
    const may = model.like(ear, one, place, on);
    return { may, message: { type: "React", room: place, seq, emoji: LIKE, on } };
  },
  "type": ({ model, ear, place }) => ({
    may: model.type(ear, place),
    message: { type: "Typing", room: place },
  }),
  "topic": ({ model, ear, place, text }) => ({
    may: model.setTopic(ear, place, text),
    message: { type: "Topic", room: place, topic: text },
  }),
  "report": ({ model, ear, place, one, seq }) => ({
    may: model.report(ear, place, one),
    message: { type: "Report", room: place, seq },
  }),
  "join": ({ model, ear, place }) => ({
    may: model.enter(ear, place),
    message: { type: "Join", room: place },
  }),
  "leave": ({ model, ear, place }) => ({
    may: model.leave(ear, place),
    message: { type: "Leave", room: place },
  }),
  "read": ({ model, ear, place, seq }) => {
    const room = model.inside(ear, place);
    const may = room !== undefined && model.read(ear, place, Math.min(seq, room.said.length));
    return { may, message: { type: "Read", room: place, seq } };
  },
  "read whispers": ({ model, ear, name, whispered }) => {
    const seq = whispered?.seq ?? model.between(ear.person.name, name).length;
    return {
      may: model.read(ear, `with ${name}`, seq),
      message: { type: "Read", with: name, seq },
    };
  },
  "history": ({ model, ear, place }) => ({
    may: ear.rooms.has(place),
    message: { type: "History", room: place, limit: 500 },
    check: (page) => checkPage(model, ear, model.rooms.get(place)?.said ?? [], page),
  }),
  "whispers": ({ model, ear, name }) => {
    const own = model.own(ear, name);
    return {
      may: own.length > 0 || model.here(name) !== undefined,
      message: { type: "History", with: name, limit: 500 },
      check: (page) => checkPage(model, ear, own, page),
    };
  },
  "rooms": ({ model, ear }) => ({
    may: true,
    message: { type: "ListRooms" },
    check: (list) => checkRooms(model, ear, list),
  }),
  "users": ({ model, ear, place }) => {
    const room = model.rooms.get(place);
    const names = new Set(model.earsIn(place).map(({ person: { name } }) => name));
    return {
      may: room !== undefined && (room.access !== "invite" || model.sees(room, ear.person)),
      message: { type: "ListUsers", room: place },
      check: (list) => assertEquals(list["users"], [...names].toSorted()),
    };
  },
  "invite": (on) => ordering("invite", on, { type: "Invite" }),
  "kick": (on) => ordering("kick", on, { type: "Kick" }),
  "ban": (on) => ordering("ban", on, { type: "Ban" }),
  "mute": (on) => ordering("mute", on, { type: "Mute" }),
  "unban": (on) => ordering("unban", on, { type: "Unban" }),
  "promote": (on) => ordering("promote", on, { type: "Room", promote: on.name }),
  "demote": (on) => ordering("demote", on, { type: "Room", demote: on.name }),
  "owner": (on) => ordering("owner", on, { type: "Room", owner: on.name }),
  "close": ({ model, ear, place, other }) => {
    const access = ACCESS[other % ACCESS.length] ?? "open";
    const may = model.close(ear, place, access);
    return { may, message: { type: "Room", room: place, access } };
  },
  "show typing": ({ model, ear, place, other }) => {
    const typing = other % 5 < 4;
    const may = model.showTyping(ear, place, typing);
    return { may, message: { type: "Room", room: place, typing } };
  },
  "ban from server": ({ model, ear, name }) => ({
    may: model.banFromServer(ear, name),
    message: { type: "Ban", server: true, user: name },
  }),
  "let in again": ({ model, ear, name }) => ({
    may: model.letInAgain(ear, name),
    message: { type: "Unban", server: true, user: name },
  }),
  "set role": ({ model, ear, name, other }) => {
    const role = other % 2 === 0 ? "operator" : "user";
    const may = model.setRole(ear, name, role === "operator");
    return { may, message: { type: "SetRole", username: name, role } };
  },
  "remove account": ({ model, ear, name }) => ({
    may: ear.person.operator && model.accounts.delete(name),
    message: { type: "RemoveAccount", username: name },
  }),
  "add invitation": ({ model, ear, place, other }) => {
    const room = other % 5 === 0 ? undefined : place;
    const [uses, seconds] = [1 + other % 2, other % 3 === 0 ? 60 : 86_400];
    return {
      may: model.mayAddInvitation(ear, room),
      message: { type: "AddInvitation", ...(room === undefined ? {} : { room }), uses, seconds },
      check: (answer) => {
        const { id } = answer["invitation"] as Answer;
        const until = model.now + seconds * 1_000;
        const [name, token] = [`${id}`, `${answer["token"]}`];
        model.invitations.push({ id: name, token, room, uses, until, guests: [] });
      },
    };
  },
  "revoke invitation": ({ model, ear, invitation }) => ({
    may: model.revokeInvitation(ear, invitation),
    message: { type: "RevokeInvitation", invitation: invitation?.id ?? "none" },
  }),
  "add hook": ({ model, ear, place }) => ({
    may: model.mayAddHook(ear),
    message: { type: "AddHook", name: HOOK, room: place },
    check: ({ token }) => model.hook = { place, token: `${token}`, isThere: true },
  }),
  "remove hook": ({ model, ear }) => ({
    may: model.removeHook(ear),
    message: { type: "RemoveHook", hook: HOOK },
  }),
  "mute hook": (on) => {
    const place = on.model.hook?.place ?? on.place;
    return ordering("mute", { ...on, place, name: HOOK }, { type: "Mute" });
  },
  "invitations": ({ model, ear }) => ({
    may: ear.person.operator,
    message: { type: "Invitations" },
    check: (list) => {
      const got = (list["invitations"] as Answer[]).map(({ id, room, used }) => [id, room, used]);
      const expected = model.holdingInvitations.map((
        { id, room, guests: { length } },
      ) => [id, room, length]);
      assertEquals(got, expected);
    },
  }),
  "register": ({ model, ear }) => ({
    may: model.register(ear),
    message: { type: "Register", username: ear.person.name, password: PASSWORD },
  }),
};

/** What a step comes to; `undefined` when it is of no use. */
export function actOf(
  { model, ear, step, text }: {
    readonly model: Model;
    readonly ear: Ear;
    readonly step: Step & { readonly do: Acting };
    readonly text: string;
  },
): Act | undefined {
  const { place, other, pick } = step;
  const name = nameIn(step);
  // With oneself nobody whispers here, and who takes his own account away is answered nothing.
  if (name === ear.person.name && ALONE.has(step.do)) return undefined;
  // More often than not of one's own.
  const picked = (list: readonly Said[]) => {
    const own = other % 4 > 0 ? list.filter(({ by: { id } }) => id === ear.person.id) : [];
    return own[Math.floor(pick * own.length)] ?? list[Math.floor(pick * (list.length + 1))];
  };
  const said = model.rooms.get(place)?.said ?? [];
  const one = picked(said);
  const whispered = picked(model.own(ear, name));
  const seq = one?.seq ?? said.length + 1;
  const { holdingInvitations: invitations } = model;
  const invitation = invitations[Math.floor(pick * (invitations.length + 1))];
  return ACTS[step.do]({
    model,
    ear,
    place,
    name,
    other,
    text,
    one,
    seq,
    whispered,
    invitation,
  });
}

/** Who is meant in a step. */
export function nameIn({ other }: Pick<Step, "other">): string {
  return NAMES[other % NAMES.length] ?? "";
}

const ALONE: ReadonlySet<Doing> = new Set(["whisper", "whispers", "remove account"]);

function ordering(deed: Deed, { model, ear, place, name }: Scene, message: object): Act {
  const may = model.keep(ear, deed, place, name);
  const isSetting = deed === "promote" || deed === "demote" || deed === "owner";
  return { may, message: { ...message, room: place, ...(isSetting ? {} : { user: name }) } };
}

/** A page of history is what was said, as it is now. */
function checkPage(model: Model, ear: Ear, said: readonly Said[], page: Answer): void {
  const got = (page["messages"] as Answer[]).map(
    ({ seq, from, content, deleted, reactions }) => [seq, from, content, deleted, reactions],
  );
  const { id } = ear.person;
  const expected = said.map(({ seq, by, text, deleted, likes: { size }, likes }) => {
    const mine = likes.has(id) ? { mine: true } : {};
    const reactions = size === 0 ? undefined : [{ emoji: LIKE, count: size, ...mine }];
    return [seq, by.name, text, deleted ? true : undefined, reactions];
  });
  assertEquals(got, expected);
  model.tell([ear], ...said.map(({ text }) => text));
}

/** A list of rooms is of those that one may know of, and says what they are about. */
function checkRooms(model: Model, ear: Ear, list: Answer): void {
  const seen = [...model.rooms].filter(([, room]) =>
    room.access !== "invite" || model.sees(room, ear.person)
  );
  const expected = seen.map(([name, { topic }]) => {
    const users = new Set(model.earsIn(name).map(({ person }) => person.name)).size;
    return { name, users, ...(topic === "" ? {} : { topic }) };
  });
  assertEquals(list["rooms"], expected.toSorted((one, other) => one.name < other.name ? -1 : 1));
  model.tell([ear], ...seen.map(([, { topic }]) => topic));
}
