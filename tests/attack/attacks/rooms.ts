/**
 * Rooms and presence: all rooms taken, coming and going, what was missed since the beginning.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, joined, lazy, login, MIB, times } from "../bytes.ts";

const HONEST = "honest";

/** Everybody enters as many new rooms as go, leaves them and enters others. */
const roomsFilled: Attack = {
  name: "rooms-filled",
  root: "a room costs memory, and its name is a stranger's",
  bound: { connections: 51, connectsPerSecond: 200, bytesPerSecond: 4 * MIB },
  async *peer({ name, rest }) {
    yield login(name);
    for (let round = 0;; round++) {
      const room = (i: number) => `${name}.${round}.${i}`;
      yield times(200, (i) => frame({ type: "Join", room: room(i) }));
      yield times(200, (i) => frame({ type: "Topic", room: room(i), topic: "t".repeat(200) }));
      await rest(1_000);
      yield times(200, (i) => frame({ type: "Leave", room: room(i) }));
    }
  },
};

/** A thousand who enter the room of the honest and leave it, each once a second. */
const comingAndGoing: Attack = {
  name: "coming-and-going",
  root: "each arrival is told to everybody",
  bound: { connections: 1_000, connectsPerSecond: 2_000, bytesPerSecond: 4 * MIB },
  async *peer({ name, random, rest }) {
    yield login(name);
    for (;;) {
      await rest(random() * 1_000);
      yield joined([frame({ type: "Join", room: HONEST }), frame({ type: "Leave", room: HONEST })]);
    }
  },
};

/** The same by fewer, in the smaller room in which each arrival has a frame of its own. */
const inAndOut: Attack = {
  ...comingAndGoing,
  name: "in-and-out",
  bound: { connections: 200, connectsPerSecond: 400, bytesPerSecond: 8 * MIB },
  *peer({ name }) {
    yield login(name);
    const both = joined([
      frame({ type: "Join", room: HONEST }),
      frame({ type: "Leave", room: HONEST }),
    ]);
    for (;;) yield both;
  },
};

/** Eight in each room that wants to know who types: all say that they do, as fast as it goes. */
const typingNotes: Attack = {
  name: "typing-notes",
  root: "a note is told to everybody in a room who asked for it, and nothing waits for its turn",
  bound: { connections: 64, connectsPerSecond: 400, bytesPerSecond: 8 * MIB },
  *peer({ name, index }) {
    const room = `typing.${index % 8}`;
    yield login(name, { typing: true });
    yield joined([frame({ type: "Join", room }), frame({ type: "Room", room, typing: true })]);
    const notes = times(200, (i) => frame({ type: "Typing", room, ...(i % 2 ? { id: "t" } : {}) }));
    for (;;) yield notes;
  },
};

/** Logs in again and again, and wants all that was ever said. */
const resumes: Attack = {
  name: "resumes",
  root: "what was missed is read from the disk by everybody who says so",
  bound: { connections: 64, connectsPerSecond: 400, bytesPerSecond: 16 * MIB },
  async *peer({ name, index, life, rest }) {
    const room = `much.${index % 8}`;
    if (life === 0) {
      yield login(name);
      yield frame({ type: "Join", room });
      const content = "m".repeat(8_000);
      yield times(40, (i) => frame({ type: "Broadcast", room, content, id: `${name}.${i}` }));
      await rest(500);
    }
    const rooms = Array.from({ length: 8 }, (_, i) => [`much.${i}`, 0]);
    yield login(`${name}.r`, { resume: { ...Object.fromEntries(rooms), [HONEST]: 0 } });
    await rest(20);
  },
};

const topics = lazy(() =>
  times(1_000, (i) => frame({ type: "Topic", room: "lobby", topic: `topic ${i}`, id: "t" }))
);

/** Changes what the lobby is about. */
const topicChanges: Attack = {
  name: "topics",
  root: "each change is told to everybody, and written down",
  bound: { connections: 16, connectsPerSecond: 50, bytesPerSecond: 8 * MIB },
  *peer({ name }) {
    yield login(name);
    for (;;) yield topics();
  },
};

/** A crowd that says as much as it may in the room of the honest. */
const crowd: Attack = {
  name: "crowd",
  root: "twenty names say twenty times as much as one",
  from: "one address",
  bound: { connections: 40, connectsPerSecond: 100, bytesPerSecond: 8 * MIB },
  async *peer({ name, rest }) {
    yield joined([login(name), frame({ type: "Join", room: HONEST })]);
    for (let n = 0;; n++) {
      yield frame({ type: "Broadcast", room: HONEST, content: "spam ".repeat(200), id: `${n}` });
      await rest(50);
    }
  },
};

/** A larger one with words of 8 kB in the lobby, from as many addresses: each word is told to all of them. */
const lobbyStorm: Attack = {
  name: "lobby-storm",
  root: "a word costs by its listeners, and its speaker pays for one",
  bound: { connections: 64, connectsPerSecond: 200, bytesPerSecond: 16 * MIB },
  async *peer({ name, rest }) {
    yield login(name);
    const content = "x".repeat(8_000);
    for (let n = 0;; n++) {
      yield frame({ type: "Broadcast", content, id: `${n}` });
      await rest(50);
    }
  },
};

/** Five times as many in the room of the honest, who all say 8 kB as often as they may. */
const loudCrowd: Attack = {
  name: "loud-crowd",
  root: "what each may have told is more than can be told",
  bound: { connections: 300, connectsPerSecond: 600, bytesPerSecond: 32 * MIB },
  async *peer({ name, random, rest }) {
    yield joined([login(name), frame({ type: "Join", room: HONEST })]);
    const content = "x".repeat(8_000);
    await rest(random() * 50);
    for (let n = 0;; n++) {
      yield frame({ type: "Broadcast", room: HONEST, content, id: `${n}` });
      await rest(50);
    }
  },
};

/** Comes back to two hundred rooms of names in a script that is asked for last, again and again. */
const youngNames: Attack = {
  name: "young-names",
  root: "a name is asked for each letter about each script",
  bound: { connections: 32, connectsPerSecond: 400, bytesPerSecond: 16 * MIB },
  async *peer({ name, rest }) {
    // Garay: younger than the table of look-alikes, so that no script of it has these letters.
    const letter = (n: number) => String.fromCodePoint(0x10d50 + n % 22);
    const room = (n: number) =>
      Array.from({ length: 32 }, (_, i) => letter(n * 7 + i * n)).join("");
    yield login(name, {
      resume: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [room(n), 0])),
    });
    await rest(20);
  },
};

/** Fifty who are in the same two hundred rooms, and say a word in each of them in turn. */
const roomsTogether: Attack = {
  name: "rooms-together",
  root: "who is in many rooms is asked about each for each word",
  bound: { connections: 50, connectsPerSecond: 100, bytesPerSecond: 8 * MIB },
  async *peer({ name, index, rest }) {
    const rooms = Array.from({ length: 199 }, (_, n) => `together.${n}`);
    yield login(name, { resume: Object.fromEntries(rooms.map((room) => [room, 0])) });
    for (let n = index;; n++) {
      const room = rooms[n % rooms.length] ?? HONEST;
      yield frame({ type: "Broadcast", room, content: "word", id: `${n}` });
      await rest(50);
    }
  },
};

/** All of these. */
export const roomAttacks: readonly Attack[] = [
  roomsFilled,
  comingAndGoing,
  inAndOut,
  typingNotes,
  resumes,
  topicChanges,
  crowd,
  lobbyStorm,
  loudCrowd,
  youngNames,
  roomsTogether,
];
