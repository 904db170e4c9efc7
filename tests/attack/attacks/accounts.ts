/**
 * Accounts: guesses, names that are taken for later, races for one name, one account with a crowd of devices, and who comes back to
 * where he was put out.
 *
 * @module
 */

import { anyOf, type Attack } from "../attack.ts";
import { frame, joined, login, MIB, times } from "../bytes.ts";

const PASSWORD = "a passw0rd that is right";

function register(username: string): Uint8Array {
  return frame({ type: "Register", username, password: PASSWORD });
}

/** Guesses at passwords, of names that have accounts and of others, from anywhere. */
const passwordGuesses: Attack = {
  name: "password-guesses",
  root: "a guess takes a hash, which takes thirty milliseconds and nineteen mebibytes",
  bound: { connections: 200, connectsPerSecond: 1_000, bytesPerSecond: 2 * MIB },
  reads: "messages",
  async *peer({ index, life, name, random, next, breach }) {
    if (index === 0 && life === 0) {
      yield register("owner");
      await next("Welcome");
      return;
    }
    const username = random() < 0.5 ? "owner" : name;
    yield times(3, (n) => frame({ type: "Login", username, password: `a guess, ${life}.${n}` }));
    await next("Welcome");
    breach("a guessed password is good");
  },
};

/** The same by tokens of devices, which cost next to nothing. */
const deviceGuesses: Attack = {
  ...passwordGuesses,
  name: "device-guesses",
  root: "a guess costs nothing",
  async *peer({ index, life, random, next, breach }) {
    if (index === 0 && life === 0) {
      yield register("owner2");
      await next("Welcome");
      return;
    }
    const device = Array.from({ length: 43 }, () => Math.floor(random() * 36).toString(36)).join(
      "",
    );
    yield times(3, () => login("owner2", { device }));
    await next("Welcome");
    breach("a guessed token is good");
  },
};

/** Registers name after name. */
const squatters: Attack = {
  name: "squatters",
  root: "a name is had for a password, for ever",
  from: "one address",
  bound: { connections: 100, connectsPerSecond: 1_000, bytesPerSecond: MIB },
  async *peer({ name, rest }) {
    yield register(name);
    await rest(200);
  },
};

/** Names that were won by an account, in the process of all attackers. */
const won = new Set<string>();

/** Guests and registrations that want the same names in the same moments. */
const races: Attack = {
  name: "name-races",
  root: "whose a name is, is asked before a hash and decided behind it",
  bound: { connections: 60, connectsPerSecond: 600, bytesPerSecond: MIB },
  reads: "messages",
  async *peer({ index, life, next, rest, breach }) {
    const username = `race${life % 400}`;
    const before = won.has(username);
    yield index % 2 === 0 ? login(username) : register(username);
    const { account } = await next("Welcome");
    if (before) breach(`${username} is an account, and somebody else is it`);
    if (account === true) won.add(username);
    await rest(20);
  },
};

/** A thousand devices of one account, each with its password. */
const manyDevices: Attack = {
  name: "many-devices",
  root: "an account has devices, and each hears all that the others do",
  bound: { connections: 1_000, connectsPerSecond: 1_000, bytesPerSecond: 4 * MIB },
  async *peer({ index, life, rest }) {
    yield index === 0 && life === 0
      ? register("many")
      : login("many", { password: PASSWORD, deviceName: `device ${index}` });
    yield times(20, (n) => frame({ type: "Read", room: "lobby", seq: n }));
    yield times(20, () => frame({ type: "Whisper", to: "many", content: "to all of me" }));
    await rest(500);
  },
};

/** Names that are, or look like, the one that was put out. */
const OUTCASTS: readonly string[] = [
  "outcast",
  "OUTCAST",
  "0utcast",
  "outc\u0430st",
  "\uff4futcast",
];

/** Comes back to a room that its name was put out of, again and again. */
const outcasts: Attack = {
  name: "outcasts",
  root: "who is put out is looked for by his name, its looks and his session at each door",
  bound: { connections: 100, connectsPerSecond: 1_000, bytesPerSecond: 2 * MIB },
  reads: "messages",
  async *peer(me) {
    const room = "without-them";
    if (me.index === 0 && me.life === 0) {
      yield joined([
        login("keeper"),
        frame({ type: "Join", room }),
        frame({ type: "Ban", room, user: "outcast", id: "ban" }),
        frame({ type: "Broadcast", room, content: "not for them" }),
      ]);
      await me.next("Ack");
      await me.rest(60_000);
      return;
    }
    // The room is there, and closed to them, before they come.
    if (me.life === 0) await me.rest(1_000);
    yield login(anyOf(me, OUTCASTS), { resume: { [room]: 0 } });
    yield frame({ type: "Join", room, id: "in" });
    yield frame({ type: "History", room, id: "read" });
    await me.next("Ack");
    me.breach("somebody is back where he was put out");
  },
};

/** All of these. */
export const accountAttacks: readonly Attack[] = [
  passwordGuesses,
  deviceGuesses,
  squatters,
  races,
  manyDevices,
  outcasts,
];
