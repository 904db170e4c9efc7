/**
 * Random acts of random people in one room, against a model of who may be there and speak that is a page long.
 *
 * The model keeps for each person what was done to it last, and nothing of tables, tags and lists. What it says is held after each act
 * against what the server's own rules say, and against whom a command lets act.
 *
 * @module
 */

import fc from "fast-check";
import { ban, invite, kick, mute, unban } from "../../../server/commands/order.ts";
import { room } from "../../../server/commands/room.ts";
import type { Effect, HallView, UserView } from "../../../server/commands/types.ts";
import { afterDeed } from "../../../server/order/deeds.ts";
import { namedOf, Order } from "../../../server/order/order.ts";
import { refuseAct } from "../../../server/order/standing.ts";
import type { Access, RoomName } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { hall, user } from "../commands/views.ts";

const NAMES = ["Olga", "Mia", "Ben", "Cleo", "Root"] as const;
type Name = (typeof NAMES)[number];
const MINUTE = 60_000;

/** What is known of somebody. */
interface Person {
  rank: 0 | 1 | 2 | 3 | 4;
  invited: boolean;
  bannedUntil: number;
  mutedUntil: number;
  inside: boolean;
}

/** The room as one would tell of it. */
class Model {
  access: Access = "open";
  now = MINUTE;
  readonly people: Record<Name, Person>;

  constructor() {
    const nobody = () => ({ invited: false, bannedUntil: 0, mutedUntil: 0, inside: true });
    this.people = {
      Olga: { ...nobody(), rank: 3 },
      Mia: { ...nobody(), rank: 0 },
      Ben: { ...nobody(), rank: 0 },
      Cleo: { ...nobody(), rank: 0 },
      Root: { ...nobody(), rank: 4 },
    };
  }

  sees({ rank, invited, bannedUntil }: Person): boolean {
    if (rank === 4) return true;
    return bannedUntil <= this.now && (this.access !== "invite" || rank >= 2 || invited);
  }

  speaks(one: Person): boolean {
    if (one.rank === 4) return true;
    if (!this.sees(one) || one.mutedUntil > this.now) return false;
    return this.access !== "announce" || one.rank >= 2;
  }

  /** Does something, if that may be. @returns Whether it may. */
  act(by: Name, act: Act): boolean {
    const doer = this.people[by];
    if (!this.sees(doer) || doer.rank < (act.do === "promote" || act.do === "demote" ? 3 : 2)) {
      return false;
    }
    if (act.do === "close") {
      this.access = act.access;
      if (act.access === "invite" && act.was !== "invite") {
        for (const one of Object.values(this.people)) if (one.inside) one.invited = true;
      }
      return true;
    }
    const one = this.people[act.whom];
    const below = one.rank < doer.rank && act.whom !== by;
    switch (act.do) {
      case "invite":
        if (one.bannedUntil > this.now) return false;
        one.invited = true;
        return true;
      case "promote":
        if (one.rank < 2) one.rank = 2;
        return true;
      case "demote":
        // Who kept order is one of the invited from now on.
        if (one.rank !== 2) return false;
        one.rank = 0;
        if (this.access === "invite") one.invited = true;
        return true;
      case "unban": {
        // Nobody lifts what was said of himself; an operator is hit by nothing.
        const had = (one.bannedUntil > this.now || one.mutedUntil > this.now) &&
          (act.whom !== by || doer.rank === 4);
        if (had) one.bannedUntil = one.mutedUntil = 0;
        return had;
      }
      case "mute":
        if (below) one.mutedUntil = Infinity;
        return below;
      case "kick":
        if (!below || !one.inside) return false;
        one.bannedUntil = this.now + MINUTE;
        one.invited = false;
        return true;
      case "ban":
        if (!below) return false;
        one.bannedUntil = Infinity;
        one.invited = false;
        one.rank = 0;
        return true;
    }
  }

  /** Who may not be there is out. */
  settle(): void {
    for (const one of Object.values(this.people)) if (!this.sees(one)) one.inside = false;
  }
}

type Act =
  | { readonly do: "close"; readonly access: Access; readonly was?: Access }
  | {
    readonly do: "invite" | "promote" | "demote" | "mute" | "kick" | "ban" | "unban";
    readonly whom: Name;
  };

const name = fc.constantFrom(...NAMES);
const whom = fc.constantFrom<Name>("Olga", "Mia", "Ben", "Cleo");
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    do: fc.constant("close" as const),
    access: fc.constantFrom<Access>("open", "invite", "announce"),
  }),
  fc.record({
    do: fc.constantFrom("invite", "promote", "mute", "kick", "ban", "unban"),
    whom,
  }),
  // Who is made a moderator of what is his own is no less its owner when that ends.
  fc.record({
    do: fc.constant("demote" as const),
    whom: fc.constantFrom<Name>("Mia", "Ben", "Cleo"),
  }),
);
const step = fc.record({ by: name, act, waitMs: fc.constantFrom(0, 0, 0, MINUTE) });

function ask(asker: UserView, hall: HallView, act: Act): readonly Effect[] {
  const where = { room: "tea" };
  switch (act.do) {
    case "close":
      return room(asker, hall, { type: "Room", ...where, access: act.access });
    case "promote":
      return room(asker, hall, { type: "Room", ...where, promote: act.whom });
    case "demote":
      return room(asker, hall, { type: "Room", ...where, demote: act.whom });
    case "invite":
      return invite(asker, hall, { type: "Invite", ...where, user: act.whom });
    case "kick":
      return kick(asker, hall, { type: "Kick", ...where, user: act.whom });
    case "mute":
      return mute(asker, hall, { type: "Mute", ...where, user: act.whom });
    case "ban":
      return ban(asker, hall, { type: "Ban", ...where, user: act.whom });
    case "unban":
      return unban(asker, hall, { type: "Unban", ...where, user: act.whom });
  }
}

Deno.test("after whatever was done by whomever, those see a room and speak in it who may by a model of a page", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const model = new Model();
      const views = Object.fromEntries(NAMES.map((name) => {
        const view = { ...user(name, "lobby"), operator: name === "Root" };
        return [name, { ...view, mark: `mark ${name}` }];
      })) as Record<Name, UserView>;
      let order = new Order({ owner: namedOf(views.Olga) });
      for (const { by, act, waitMs } of steps) {
        model.now += waitMs;
        const inside = NAMES.filter((name) => model.people[name].inside);
        const base = hall({ tea: inside, lobby: NAMES });
        const view: HallView = {
          ...base,
          nowMs: model.now,
          user: (text) => Object.values(views).find(({ name }) => name === text),
          isIn: (key) => inside.some((name) => views[name].key === key),
          order: (text) => text === "tea" ? order : undefined,
          nameKept: () => "tea" as RoomName,
        };
        const [effect] = ask(views[by], view, act);
        const allowed = model.act(by, act.do === "close" ? { ...act, was: order.access } : act);
        let done = false;
        if (effect?.do === "order") {
          const after = afterDeed(order, effect.deed, {
            by,
            nowMs: model.now,
            present: () => inside.map((name) => namedOf(views[name])),
          });
          done = after instanceof Order;
          if (after instanceof Order) order = after;
        }
        assertEquals(done, allowed, `${by} ${JSON.stringify(act)}`);
        model.settle();
        for (const name of NAMES) {
          const may = (act: "see" | "speak") =>
            refuseAct(order, "tea", views[name], act, model.now) === undefined;
          const person = model.people[name];
          assertEquals(
            [may("see"), may("speak")],
            [model.sees(person), model.speaks(person)],
            name,
          );
        }
      }
      assert(order.access === model.access);
    }),
    { numRuns: 10_000 },
  );
});
