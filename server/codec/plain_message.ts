/**
 * What is said, read from the bytes that nearly every `Broadcast` and `Whisper` is made of, without JSON in between.
 *
 * ```text
 *   {"type":"Broadcast","content":"good morning","room":"tea","id":"7f"}
 *                                 └─ json ─────┘
 *   {"type":"NewMessage", …,"content":"good morning", …}      goes out as it came in
 * ```
 *
 * What is said goes through as bytes: it becomes text only if somebody wants text. That is right when JSON would write the
 * same bytes for it: UTF-8 without an escape. All other fields must be plain ASCII; whatever else, in whichever order
 * or with spaces, is left to JSON, which also finds the words for what is wrong. So this accepts less than JSON and the
 * schemas do, and of what it accepts it makes the same message.
 *
 * @module
 */

import type { Said } from "../commands/types.ts";
import { asciiOf, endOfAscii, endOfText, isAt } from "./plain_text.ts";
import { type Broadcast, ID_CHARS_MAX, type Whisper } from "../wire/mod.ts";

/** What is said is text, however it begins. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

const BROADCAST = encoder.encode('{"type":"Broadcast",');
const WHISPER = encoder.encode('{"type":"Whisper",');
const QUOTE = 0x22, COMMA = 0x2c, CLOSE = 0x7d;

/** The fields, each with what it begins with, and the place of what is found of it among `found`. */
const CONTENT = 0, ID = 1, ROOM = 2, TO = 3, TO_TAG = 4;
const FIELDS: readonly Uint8Array[] = ["content", "id", "room", "to", "toTag"]
  .map((name) => encoder.encode(`"${name}":"`));
/** Where the text of each field begins and ends in the body that is being read; 0 while it is not found. */
const starts = new Int32Array(FIELDS.length);
const ends = new Int32Array(FIELDS.length);

/** What both have in common. */
abstract class Plain implements Said {
  declare readonly id?: string;
  #json: Uint8Array;
  #idJson: Uint8Array | undefined;
  #content: string | undefined;

  constructor(json: Uint8Array, idJson: Uint8Array | undefined) {
    this.#json = json;
    this.#idJson = idJson;
    if (idJson !== undefined) this.id = asciiOf(idJson, 1, idJson.length - 1);
  }

  get content(): string {
    return this.#content ??= decoder.decode(this.#json.subarray(1, -1));
  }

  get json(): Uint8Array {
    return this.#json;
  }

  get idJson(): Uint8Array | undefined {
    return this.#idJson;
  }

  liesIn(json: Uint8Array, idJson: Uint8Array | undefined): void {
    this.#json = json;
    this.#idJson = idJson;
  }
}

/** Something that is said in a room. */
export class PlainBroadcast extends Plain implements Broadcast {
  readonly type = "Broadcast";
  declare readonly room?: string;

  constructor(json: Uint8Array, idJson: Uint8Array | undefined, room: string | undefined) {
    super(json, idJson);
    if (room !== undefined) this.room = room;
  }
}

/** Something that is said to one. */
export class PlainWhisper extends Plain implements Whisper {
  readonly type = "Whisper";
  readonly to: string;
  declare readonly toTag?: string;

  constructor(
    json: Uint8Array,
    idJson: Uint8Array | undefined,
    { to, toTag }: { readonly to: string; readonly toTag: string | undefined },
  ) {
    super(json, idJson);
    this.to = to;
    if (toTag !== undefined) this.toTag = toTag;
  }
}

/** Reads a frame's body, if it is such a message; its bytes are the message's until `liesIn` is told other ones. */
export function plainMessage(body: Uint8Array): PlainBroadcast | PlainWhisper | undefined {
  if (isAt(body, 0, BROADCAST)) {
    if (!findFields(body, BROADCAST.length) || has(TO) || has(TO_TAG)) return undefined;
    return new PlainBroadcast(jsonAt(body, CONTENT), idIn(body), textIn(body, ROOM));
  }
  if (!isAt(body, 0, WHISPER)) return undefined;
  if (!findFields(body, WHISPER.length) || has(ROOM)) return undefined;
  const to = textIn(body, TO);
  if (to === undefined) return undefined;
  const toTag = textIn(body, TO_TAG);
  return new PlainWhisper(jsonAt(body, CONTENT), idIn(body), { to, toTag });
}

/** Finds the fields from there to the end. @returns Whether there is nothing else, and what is said. */
function findFields(body: Uint8Array, from: number): boolean {
  starts.fill(0);
  for (let at = from;;) {
    const field = fieldAt(body, at);
    if (field < 0 || starts[field] !== 0) return false;
    const start = at + (FIELDS[field]?.length ?? 0);
    const end = field === CONTENT ? endOfText(body, start) : endOfAscii(body, start);
    if (body[end] !== QUOTE) return false;
    if (field === ID && (end === start || end - start > ID_CHARS_MAX)) return false;
    starts[field] = start;
    ends[field] = end;
    at = end + 2;
    if (body[end + 1] === COMMA) continue;
    return body[end + 1] === CLOSE && at === body.length && has(CONTENT);
  }
}

/** Which field begins there; -1 if none does that is known. */
function fieldAt(body: Uint8Array, at: number): number {
  for (let field = 0; field < FIELDS.length; field++) {
    const begin = FIELDS[field];
    if (begin !== undefined && isAt(body, at, begin)) return field;
  }
  return -1;
}

function has(field: number): boolean {
  return starts[field] !== 0;
}

/** What was found of a field, with its quotation marks. */
function jsonAt(body: Uint8Array, field: number): Uint8Array {
  return body.subarray((starts[field] ?? 0) - 1, (ends[field] ?? 0) + 1);
}

function idIn(body: Uint8Array): Uint8Array | undefined {
  return has(ID) ? jsonAt(body, ID) : undefined;
}

function textIn(body: Uint8Array, field: number): string | undefined {
  return has(field) ? asciiOf(body, starts[field] ?? 0, ends[field] ?? 0) : undefined;
}
