/**
 * What there is in the model: people, their devices, rooms, and what was said. What becomes of it is told in `model.ts`.
 *
 * @module
 */

/** Who somebody is: a session under a name. Its words under another name are another one's; an account has one on all its devices. */
export type Id = `${string}:${string}`;
export type Place = "lobby" | "tea" | "den";

export interface Person {
  readonly id: Id;
  readonly name: string;
  operator: boolean;
}

/** A device that is here, and which texts it may hear, and must. */
export interface Ear {
  readonly person: Person;
  readonly rooms: Set<Place>;
  /** Whether it speaks lines: then it is in one room at a time, and what it hears of is not all that others do. */
  readonly lines?: boolean;
  readonly may: Set<string>;
  readonly must: Set<string>;
}

/** A message, of a whisper with whom it is for. */
export interface Said {
  readonly seq: number;
  readonly by: Person;
  readonly to?: Id;
  text: string;
  deleted: boolean;
  readonly likes: Set<Id>;
}

/** Somebody who is remembered: a guest also by his session, whatever his name is later. */
export interface Known {
  readonly id: Id;
  readonly session?: string;
}

/** What was said of a name, and of whose it was then. */
export interface Sanction extends Partial<Known> {
  readonly name: string;
  readonly until: number;
}

/** What somebody is in a room; each is what those before are, too. */
export const RANKS = ["nobody", "invited", "moderator", "owner", "operator"] as const;
export type Rank = (typeof RANKS)[number];

export class Room {
  access: "open" | "invite" | "announce" = "open";
  /** Whether it is there also when nobody is in it. */
  kept = false;
  topic = "";
  /** Whether it wants to know who types. */
  typing = false;
  owner: Known | undefined;
  moderators: readonly Known[] = [];
  invited: readonly Known[] = [];
  banned: readonly Sanction[] = [];
  muted: readonly Sanction[] = [];
  /** Those who were put out and have not entered it themselves since. */
  out: readonly Known[] = [];
  /** Those who have, which may have been forgotten when the server was killed. */
  entered: readonly Known[] = [];
  readonly said: Said[] = [];
  /** Numbers of messages that were put before those who keep order. */
  readonly reported: Set<number> = new Set();
}

/** What an account has read, by room and by who whispers. */
export type Reading = Map<Place | `with ${string}`, number>;

export const nameOf = (id: Id): string => id.slice(id.indexOf(":") + 1);
export const sessionOf = (id: Id): string => id.slice(0, id.indexOf(":"));
export const isOne = (one: Partial<Known> | undefined, id: Id | undefined): boolean =>
  id !== undefined && (one?.id === id || one?.session === sessionOf(id));

export class Scene {
  now = 1_000_000;
  readonly ears: Set<Ear> = new Set();
  readonly rooms: Map<Place, Room> = new Map([
    ["lobby", Object.assign(new Room(), { kept: true })],
  ]);
  /** Who is banned on the whole server. */
  banned: readonly Sanction[] = [];
  /** Who has an account, by name, and what it has read. */
  readonly accounts: Map<string, Person> = new Map();
  readonly readings: Map<Id, Reading> = new Map();
  readonly #whispers = new Map<string, Said[]>();

  /** The devices under a name, and whose it is now. */
  earsOf(name: string): Ear[] {
    return [...this.ears].filter(({ person }) => person.name === name);
  }

  here(name: string): Person | undefined {
    return this.earsOf(name)[0]?.person;
  }

  earsIn(place: Place): Ear[] {
    return [...this.ears].filter(({ rooms }) => rooms.has(place));
  }

  isAccount({ id, name }: Person): boolean {
    return this.accounts.get(name)?.id === id;
  }

  /** Who is meant by a name: who has it now, or the account that is away. */
  meant(name: string): Person | undefined {
    return this.here(name) ?? this.accounts.get(name);
  }

  /** Somebody, as one remembers him. */
  known(person: Person): Known {
    const { id } = person;
    return this.isAccount(person) ? { id } : { id, session: sessionOf(id) };
  }

  /** Those of a list who are not he. */
  others(list: readonly Known[], { id }: Person): readonly Known[] {
    return list.filter((one) => !isOne(one, id));
  }

  isIn(list: readonly Known[], { id }: Person): boolean {
    return list.some((one) => isOne(one, id));
  }

  /** A room, for somebody who is in it. */
  inside({ rooms }: Ear, place: Place): Room | undefined {
    return rooms.has(place) ? this.rooms.get(place) : undefined;
  }

  /** All that was ever whispered between two names. */
  between(one: string, other: string): Said[] {
    const pair = [one, other].sort().join(" ");
    const said = this.#whispers.get(pair) ?? [];
    this.#whispers.set(pair, said);
    return said;
  }

  /** What somebody and one of a name have whispered, as far as it is his. */
  own({ person: { id, name } }: Ear, other: string): Said[] {
    return this.between(name, other).filter(({ by, to }) => by.id === id || to === id);
  }

  /** The devices of the two between whom something was whispered. */
  ofPair(one: Pick<Said, "by" | "to">): Ear[] {
    return [...this.ears].filter(({ person: { id } }) => id === one.by.id || id === one.to);
  }

  /** Lets devices hear texts; of what was deleted there is none. */
  tell(ears: readonly Ear[], ...texts: readonly string[]): void {
    for (const { may, must } of ears) {
      for (const text of texts) if (text !== "") may.add(text) && must.add(text);
    }
  }

  reading({ id }: Person): Reading {
    const reading = this.readings.get(id) ?? new Map();
    this.readings.set(id, reading);
    return reading;
  }
}

/** One more message at the end of others. */
export function put(said: Said[], one: Pick<Said, "by" | "to" | "text">): void {
  said.push({ ...one, seq: said.length + 1, deleted: false, likes: new Set() });
}
