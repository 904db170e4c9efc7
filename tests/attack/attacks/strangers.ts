/**
 * Who wants to be somebody, or to know what is not its own; and names that are used once.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, joined, login, MIB, times } from "../bytes.ts";

/** Guesses the operator's token. */
const operatorGuesses: Attack = {
  name: "operator-guesses",
  root: "a guess costs nothing",
  from: "one address",
  bound: { connections: 100, connectsPerSecond: 3_000, bytesPerSecond: 2 * MIB },
  reads: "messages",
  async *peer({ name, random, next, breach }) {
    const operator = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
    yield login(name, { operator: operator.join("") });
    await next("Welcome");
    breach("a guessed operator's token is good");
  },
};

/** Ever new names, each with forty whispers of 8 kB under ids, and then gone. */
const namesAndWhispers: Attack = {
  name: "names-and-whispers",
  root: "what is remembered of a name outlives it",
  bound: { connections: 50, connectsPerSecond: 200, bytesPerSecond: 64 * MIB },
  async *peer({ name, rest }) {
    const content = "w".repeat(8_000);
    yield login(name);
    yield times(40, (i) => frame({ type: "Whisper", to: name, content, id: `${name}.${i}` }));
    await rest(50);
  },
};

/** Whispers to ever new people, each of which begins a stream. */
const newStreams: Attack = {
  name: "new-streams",
  root: "a pair who whisper once has a stream for ever",
  bound: { connections: 100, connectsPerSecond: 500, bytesPerSecond: 8 * MIB },
  async *peer({ name, index, life, rest }) {
    yield login(name);
    yield times(
      40,
      (i) => frame({ type: "Whisper", to: `m${i}-${life}`, content: "1", id: `${index}.${i}` }),
    );
    await rest(300);
  },
};

/** Takes the name of somebody who has left, and asks for her whispers. */
const takenNames: Attack = {
  name: "taken-names",
  root: "who has a name has its past",
  bound: { connections: 20, connectsPerSecond: 100, bytesPerSecond: MIB },
  reads: "messages",
  async *peer({ index, life, next, rest, breach }) {
    const victim = `alice${index}`;
    yield login(victim);
    await next("Welcome");
    if (life === 0) {
      yield frame({ type: "Whisper", to: victim, content: "a secret", id: "s" });
      await next("PrivateSent");
      return;
    }
    yield frame({ type: "History", with: victim, id: "h" });
    const { messages } = await next("HistoryPage");
    if (Array.isArray(messages) && messages.length > 0) {
      breach("a stranger reads the whispers of the one whose name it took");
    }
    await rest(500);
  },
};

/** Wants the session of somebody who is online, by guessing its secret. */
const sessionGuesses: Attack = {
  name: "session-guesses",
  root: "a guess costs nothing",
  bound: { connections: 50, connectsPerSecond: 500, bytesPerSecond: MIB },
  reads: "messages",
  async *peer({ random, next, breach }) {
    const guess = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
    yield joined([login("Anna", { session: guess, epoch: guess, resume: { honest: 0 } })]);
    await next("Welcome");
    breach("a stranger is Anna");
  },
};

/** All of these. */
export const strangerAttacks: readonly Attack[] = [
  operatorGuesses,
  namesAndWhispers,
  newStreams,
  takenNames,
  sessionGuesses,
];
