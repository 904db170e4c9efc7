/**
 * Plays one run: each step is asked of the server by a device, and of the model; both must say the same.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { type Acting, actOf, nameIn } from "./acts.ts";
import { type Answer, House, type Line } from "./house.ts";
import type { Invitation } from "./inviting.ts";
import { Model } from "./model.ts";
import { type Device, NAMES } from "./people.ts";
import type { Ear, Id, Person, Place } from "./scene.ts";
import type { Doing, Step } from "./steps.ts";

const PLACES: readonly Place[] = ["lobby", "tea", "den"];

/** A device that is here. */
interface Here {
  readonly line: Line;
  readonly ear: Ear;
}

/** One run. */
export class Play implements AsyncDisposable {
  readonly #devices: readonly Device[];
  readonly #house: House;
  readonly #model = new Model();
  readonly #here = new Map<Device, Here>();
  /** Tokens of accounts that were made meanwhile. */
  readonly #tokens = new Map<Device, Map<string, string>>();
  /** Accounts of which it is not known what was written before the server was killed. */
  readonly #unsure = new Set<Id>();
  /** Accounts and rooms of which that was written: when the last device left, or at an orderly end. */
  readonly #written = new Set<string>();
  #before: Step | undefined;
  /** Whether the server was killed. */
  #killed = false;
  #secrets = 0;
  #stays = 0;

  constructor(devices: readonly Device[], files: ReadonlyMap<string, Uint8Array>) {
    this.#devices = devices;
    this.#house = new House(files, () => this.#model.now);
    for (const device of devices) {
      this.#tokens.set(device, new Map(device.tokens));
      for (const name of device.tokens.keys()) {
        const person: Person = this.#model.accounts.get(name) ??
          { id: `${name}:${name}`, name, operator: name === "Root" };
        this.#model.accounts.set(name, person);
        // All have been in the lobby, where nothing was said.
        this.#model.reading(person).set("lobby", 0);
      }
    }
  }

  async start(): Promise<void> {
    await this.#house.start();
    // Some are here from the beginning, and one keeps order: else much of a run would be spent on that.
    for (const key of ["Olga", "Mia", "Anna", "Ben"]) {
      await this.#come(this.#deviceOf(key), 0, {});
      await this.#first(key, "join", "tea");
    }
    await this.#first("Olga", "promote", "tea", "Mia");
    await this.#first("Olga", "show typing", "tea");
    await this.#first("Olga", "join", "den");
    await this.#first("Anna", "join", "den");
    await this.#first("Olga", "close", "den");
    // Somebody may come to where it is closed.
    await this.#first("Root", "come", "den");
    await this.#first("Root", "add invitation", "den");
    await this.#first("Root", "add hook", "den");
    await this.#first("Root", "go", "den");
    // A guest was here, whose name is free.
    for (const key of ["Mia", "Anna", "Ben"]) await this.#first(key, "say", "tea");
    await this.#first("Ben", "whisper", "tea", "Anna");
    await this.#first("Ben", "go", "tea");
  }

  /** Whose step it is. */
  #deviceFor({ who, pick, follows }: Step): Device {
    const meant = this.#before === undefined ? undefined : nameIn(this.#before);
    const theirs = follows ? this.#devices.filter(({ names }) => names.includes(meant ?? "")) : [];
    const device = theirs[Math.floor(pick * theirs.length)] ??
      this.#devices[who % this.#devices.length];
    assert(device !== undefined);
    return device;
  }

  #deviceOf(key: string): Device {
    const device = this.#devices.find((device) => device.key === key);
    assert(device !== undefined);
    return device;
  }

  async #first(key: string, doing: Doing, place: Place, name = "Mia"): Promise<void> {
    const who = this.#devices.indexOf(this.#deviceOf(key));
    const other = NAMES.findIndex((one) => one === name);
    await this.step({ do: doing, who, place, other, pick: 0, follows: false });
  }

  /** Does a step. Who is not here comes in instead. */
  async step(asked: Step): Promise<void> {
    const { place } = asked.follows && this.#before !== undefined ? this.#before : asked;
    const step = { ...asked, place };
    const { do: doing, other, pick } = step;
    this.#model.now += 1_000;
    const device = this.#deviceFor(step);
    this.#before = step;
    const here = this.#here.get(device);
    switch (doing) {
      case "wait":
        this.#model.now += 120_000;
        return;
      case "restart":
        return await this.#restart();
      case "kill":
      case "power failure":
        return await this.#kill(device, step);
      case "go":
        return await this.#go(device);
      case "post":
        return await this.#post();
      case "come by invitation":
        await this.#go(device);
        return await this.#come(device, other, {}, this.#invitation(pick));
      default:
        if (here === undefined) {
          return await this.#come(device, other, doing === "come back" ? this.#resume(pick) : {});
        }
        if (doing !== "come" && doing !== "come back") {
          await this.#act(device, here, { ...step, do: doing });
          await this.#dropEnded();
        }
    }
  }

  /** The end of a run: whoever is here has heard what it must, and nothing that it may not. */
  async end(): Promise<void> {
    for (const device of [...this.#here.keys()]) await this.#go(device);
    await this.#house.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#house[Symbol.asyncDispose]();
  }

  // ── Coming and going ──────────────────────────────────────────────────────────────────────────

  /** Where a device that comes back was, and what it saw. */
  #resume(pick: number): Partial<Record<Place, number>> {
    const wanted = PLACES.filter((_, n) => ((pick * 8) >> n) % 2 === 1);
    return Object.fromEntries(wanted.map((place) => {
      const said = this.#model.rooms.get(place)?.said.length ?? 0;
      return [place, Math.floor(pick * (said + 1))];
    }));
  }

  #invitation(pick: number): Invitation | undefined {
    const { invitations } = this.#model;
    return invitations[Math.floor(pick * invitations.length)];
  }

  /** As whom an invitation remembers who comes; `undefined` as nobody whom it will know again. */
  #markOf(device: Device, name: string): string | undefined {
    const tokens = this.#tokens.get(device);
    if (tokens?.has(name)) return `@${name}`;
    // The secret of a session that has become an account's is nobody's.
    return tokens?.size === 0 ? device.session : undefined;
  }

  async #come(
    device: Device,
    other: number,
    resume: Partial<Record<Place, number>>,
    invitation?: Invitation,
  ): Promise<void> {
    const model = this.#model;
    const name = device.names[other % device.names.length] ?? "";
    const token = this.#tokens.get(device)?.get(name);
    const account = model.accounts.get(name);
    const proof = token === undefined ? { session: device.session } : { device: token };
    if (device.lines) return await this.#comeByLines(device, name);
    const line = this.#house.connect();
    const shown = invitation === undefined ? {} : { invitation: invitation.token };
    const answer = await line.ask({
      type: "Login",
      username: name,
      ...proof,
      ...shown,
      resume,
      typing: true,
    });
    const person: Person = token !== undefined && account !== undefined
      ? account
      : { id: `${device.key}:${name}`, name, operator: false };
    const isProved = token !== undefined ? account !== undefined : account === undefined;
    const isFree = account !== undefined || model.here(name) === undefined;
    const mayCome = isProved && isFree && model.mayCome(person);
    assertEquals(answer?.["type"], mayCome ? "Welcome" : "Error", `${device.key} as ${name}`);
    if (!mayCome || answer === undefined) return await leaveUnheard(line);
    const ear: Ear = { person, rooms: new Set(), may: new Set(), must: new Set() };
    const mark = this.#markOf(device, name) ?? `once ${++this.#stays}`;
    const place = invitation && model.comesBy(person, invitation, mark);
    model.come(ear);
    this.#here.set(device, { line, ear });
    this.#enter(ear, { resume, more: place === undefined ? [] : [place] }, answer);
    await line.ask({ type: "Ping" });
  }

  /** A session by lines is a new one each time, and comes into the lobby. */
  async #comeByLines(device: Device, name: string): Promise<void> {
    const model = this.#model;
    const line = this.#house.connect(true);
    const person: Person = { id: `${device.key}${++this.#stays}:${name}`, name, operator: false };
    await line.ask({ type: "Login", username: name });
    assertEquals(line.ended, !model.mayCome(person), `${device.key} as ${name}`);
    if (line.ended) return await leaveUnheard(line);
    const ear: Ear = { person, rooms: new Set(), lines: true, may: new Set(), must: new Set() };
    model.come(ear);
    this.#here.set(device, { line, ear });
    model.settle();
  }

  /** Enters the rooms that a login leads to, and hears there what it missed. */
  #enter(
    ear: Ear,
    { resume, more }: {
      readonly resume: Partial<Record<Place, number>>;
      readonly more: readonly Place[];
    },
    welcome: Answer,
  ): void {
    const model = this.#model;
    const { person } = ear;
    const isAccount = model.isAccount(person);
    const isUnsure = this.#unsure.delete(person.id);
    if (isUnsure) this.#adopt(person, resume, welcome);
    const own = isAccount ? PLACES.filter((place) => model.reading(person).has(place)) : [];
    for (
      const place of new Set<Place>([
        "lobby",
        ...PLACES.filter((place) => place in resume),
        ...more,
        ...own,
      ])
    ) {
      const head = model.rooms.get(place)?.said.length ?? 0;
      const wanted = resume[place];
      if (this.#killed && !(welcome["rooms"] as Place[]).includes(place)) model.forget(ear, place);
      const seen = wanted === undefined ? undefined : wanted <= head ? wanted : 0;
      if (!model.comesBack(ear, place, seen)) continue;
      const said = model.rooms.get(place)?.said ?? [];
      if (seen === undefined) continue;
      for (const { text } of said.slice(0, seen)) if (text !== "") ear.may.add(text);
      model.tell([ear], ...said.slice(seen).map(({ text }) => text));
    }
    assertEquals(
      (welcome["rooms"] as string[]).toSorted(),
      [...ear.rooms].toSorted(),
      "Welcome.rooms",
    );
    if (isAccount) assertEquals(unreadIn(welcome), this.#unread(ear), "Welcome.unread");
  }

  /** After a kill an account may find that something is unread again, and never that something was read. */
  #adopt(person: Person, resume: Partial<Record<Place, number>>, welcome: Answer): void {
    const model = this.#model;
    const reading = model.reading(person);
    const rooms = welcome["rooms"] as Place[];
    const unread = new Map(unreadIn(welcome).map(([key, read]) => [key, read]));
    for (const place of PLACES) {
      if (!rooms.includes(place)) {
        // One that it may not see now is kept all the same, or not: that shows when it may.
        const room = model.rooms.get(place);
        if (room === undefined || model.sees(room, person)) reading.delete(place);
        else this.#unsure.add(person.id);
        continue;
      }
      const head = model.rooms.get(place)?.said.length ?? 0;
      const known = reading.get(place);
      const read = unread.get(place) ?? head;
      // Or it has been seen, as the device says.
      const seen = resume[place] ?? 0;
      const isNoMore = known === undefined || read <= Math.max(known, seen) ||
        !this.#written.has(`${person.id} ${place}`);
      assert(isNoMore, `${person.name} has not read ${place}`);
      reading.set(place, read);
    }
    for (const [key, known] of reading) {
      if (!key.startsWith("with ")) continue;
      const head = model.between(person.name, key.slice(5)).length;
      const read = unread.get(key) ?? head;
      assert(read <= known, `${person.name} has not read ${key}`);
      reading.set(key, read);
    }
  }

  #unread({ person, rooms }: Ear): [string, number, number][] {
    const model = this.#model;
    return [...model.reading(person)].flatMap(([key, read]): [string, number, number][] => {
      const isWith = key.startsWith("with ");
      if (!isWith && !rooms.has(key as Place)) return [];
      const head = isWith
        ? model.between(person.name, key.slice(5)).length
        : model.rooms.get(key as Place)?.said.length ?? 0;
      return read >= head ? [] : [[key, read, head]];
    }).toSorted();
  }

  async #go(device: Device): Promise<void> {
    const here = this.#here.get(device);
    if (here === undefined) return;
    await here.line.close();
    this.#gone(device, here);
  }

  #gone(device: Device, { line, ear }: Here): void {
    this.#here.delete(device);
    const model = this.#model;
    const { person } = ear;
    model.ears.delete(ear);
    model.settle();
    if (model.isAccount(person) && model.here(person.name) === undefined) {
      for (const key of model.reading(person).keys()) this.#written.add(`${person.id} ${key}`);
    }
    const { heard } = line;
    for (const text of heard) assert(ear.may.has(text), `${device.key} heard ${text}, and may not`);
    for (const text of ear.lines ? [] : ear.must) {
      assert(heard.has(text), `${device.key} did not hear ${text}`);
    }
  }

  /** Those whose connections the server has ended: they may not be here any more. */
  async #dropEnded(): Promise<void> {
    for (const [device, here] of [...this.#here]) {
      const { person } = here.ear;
      const mayStay = this.#model.mayCome(person) &&
        (!this.#tokens.get(device)?.has(person.name) || this.#model.isAccount(person));
      if (!mayStay) await here.line.ask({ type: "Ping" });
      assertEquals(here.line.ended, !mayStay, `${device.key} is gone`);
      if (!mayStay) this.#gone(device, here);
    }
  }

  async #restart(): Promise<void> {
    for (const { line } of this.#here.values()) await line.ask({ type: "Ping" });
    await this.#house.stop();
    for (const [device, here] of [...this.#here]) this.#gone(device, here);
    await this.#house.start();
  }

  /** The server is killed while somebody says something: that is there afterwards or not, but if anybody heard it, it is. */
  async #kill(device: Device, { do: doing, place: chosen, pick }: Step): Promise<void> {
    const model = this.#model;
    for (const { line } of this.#here.values()) await line.ask({ type: "Ping" });
    const here = this.#here.get(device);
    // Lines are said where one is.
    const [place = chosen] = here?.ear.lines ? here.ear.rooms : [];
    const text = this.#secret();
    here?.line.send({ type: "Broadcast", room: place, content: text });
    for (let tick = 0; tick < pick * 40; tick++) await Promise.resolve();
    for (const { line } of this.#here.values()) line.cut();
    await this.#house.kill(doing === "kill" ? undefined : pick * 2 ** 31);
    const isHeard = [...this.#here.values()].some(({ line }) => line.heard.has(text));
    await this.#house.start();
    const room = model.rooms.get(place);
    const isKept = room !== undefined && this.#house.head(`room/${place}`) > room.said.length;
    assert(isKept || !isHeard, `${text} was heard, and is not there`);
    if (isKept) {
      assert(here !== undefined && model.say(here.ear, place, text), `${text} may not be said`);
      for (const { ear } of this.#here.values()) ear.must.delete(text);
    }
    this.#killed = true;
    for (const person of model.accounts.values()) this.#unsure.add(person.id);
    const written = [...this.#written];
    for (const [device, here] of [...this.#here]) this.#gone(device, here);
    this.#written.clear();
    for (const one of written) this.#written.add(one);
  }

  // ── Acts ──────────────────────────────────────────────────────────────────────────────────────

  #secret(): string {
    return `s3cret${this.#secrets++}x`;
  }

  /** A program says something by the hook. */
  async #post(): Promise<void> {
    const model = this.#model;
    const text = this.#secret();
    const status = await this.#house.post(model.hook?.token ?? "none", text);
    assertEquals(status, model.post(text), text);
  }

  async #act(device: Device, { line, ear }: Here, step: Step & { do: Acting }): Promise<void> {
    const model = this.#model;
    const { place } = step;
    const { rooms, person } = ear;
    // What is said in lines is said where one is, and lines have no words for the rest.
    if (ear.lines && !(SAID_IN_LINES.has(step.do) && (step.do !== "say" || rooms.has(place)))) {
      return;
    }
    const act = actOf({ model, ear, step, text: this.#secret() });
    if (act === undefined) return;
    const { may, message, check } = act;
    if (ear.lines) return void await line.ask(message);
    const answer = await line.ask(message);
    const told = `${device.key}: ${JSON.stringify(message)} ${JSON.stringify(answer)}`;
    const isDone = answer !== undefined && answer["type"] !== "Error";
    // Who loses its place here by what it does hears no more.
    if (answer !== undefined || may) assertEquals(isDone, may, told);
    if (isDone) check?.(answer);
    const room = model.rooms.get("room" in message ? message.room as Place : place);
    // Who is no operator makes no invitations and no hooks, wherever to.
    const isUnseen = room?.access === "invite" && !model.sees(room, person) &&
      step.do !== "add invitation" && step.do !== "add hook";
    if (!may && isUnseen && "room" in message) assert(UNSEEN.has(answer?.["code"]), told);
    if (step.do === "leave") this.#written.delete(`${person.id} ${place}`);
    if (step.do !== "register" || !may) return;
    this.#tokens.get(device)?.set(person.name, `${answer?.["device"]}`);
    for (const place of rooms) model.join(ear, place);
  }
}

const SAID_IN_LINES: ReadonlySet<string> = new Set(["say", "whisper", "join"]);
/** What is answered of a room that is not there. */
const UNSEEN: ReadonlySet<unknown> = new Set(["not_found", "not_in_room"]);

/** What is unread, as places with what is read there and the newest. */
function unreadIn(welcome: Answer): [string, number, number][] {
  const entries = (welcome["unread"] ?? []) as Answer[];
  return entries.map((entry): [string, number, number] => {
    const key = entry["room"] === undefined ? `with ${entry["with"]}` : `${entry["room"]}`;
    assertEquals(entry["unread"], Number(entry["head"]) - Number(entry["read"]));
    return [key, Number(entry["read"]), Number(entry["head"])];
  }).toSorted();
}

/** Who may not come in hears nothing of anybody. */
async function leaveUnheard(line: Line): Promise<void> {
  if (!line.ended) await line.close();
  assertEquals([...line.heard], []);
}
