/**
 * Reads the dump's lines (`lines.ts`). They may come from anywhere, so nothing about them is believed; fields that
 * are not known are passed over. Pure.
 *
 * @module
 */

import { DUMP_VERSION, type DumpLine } from "./lines.ts";

/** Largest seq: the store writes it in 32 bits, and what comes behind the last one, too. */
const SEQ_MAX = 2 ** 32 - 2;
/** Latest time in ms since 1970: the store writes it in 48 bits. */
const TIME_MAX = 2 ** 48 - 1;

const encoder = new TextEncoder();

/** Reads a line without its end. @throws {TypeError} Whose message says what is wrong with it. */
export function decodeLine(text: string): DumpLine {
  const line = new Fields(text);
  const kind = line.text("kind");
  switch (kind) {
    case "dump": {
      const version = line.count("version");
      if (version > DUMP_VERSION) throw new TypeError("a newer version of this program wrote it");
      return { kind, version };
    }
    case "message":
      return {
        kind,
        stream: line.text("stream"),
        seq: line.count("seq", SEQ_MAX),
        at: line.count("at", TIME_MAX),
        edited: line.flag("edited"),
        body: line.body(),
      };
    case "lost":
      return {
        kind,
        stream: line.text("stream"),
        seq: line.count("seq", SEQ_MAX),
        reason: line.text("reason"),
      };
    case "stream":
      return { kind, stream: line.text("stream"), next: line.count("next", SEQ_MAX + 1) };
    case "key":
      return { kind, key: line.text("key"), body: line.body() };
    case "lost_key":
      return { kind, key: line.text("key"), reason: line.text("reason") };
    case "end":
      return { kind, lines: line.count("lines") };
    default:
      throw new TypeError(`there is no line of the kind '${kind}'`);
  }
}

/** The fields of a line, each read as what it must be. */
class Fields {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(text: string) {
    this.#fields = objectOf(text);
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== "string") throw new TypeError(`'${name}' is no text`);
    return value;
  }

  count(name: string, max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.#fields[name];
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > max) {
      throw new TypeError(`'${name}' is no whole number from 0 to ${max}`);
    }
    return value;
  }

  flag(name: string): boolean {
    const value = this.#fields[name] ?? false;
    if (typeof value !== "boolean") throw new TypeError(`'${name}' is neither true nor false`);
    return value;
  }

  body(): Uint8Array {
    const { body, base64 } = this.#fields;
    if (typeof base64 === "string") return bytesOf(base64);
    if (body === undefined) throw new TypeError("neither 'body' nor 'base64' is there");
    return encoder.encode(JSON.stringify(body));
  }
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TypeError("it is no JSON", { cause: error });
  }
  if (typeof value !== "object" || value === null) throw new TypeError("it is no object");
  return value as Readonly<Record<string, unknown>>;
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(base64);
  } catch (error) {
    throw new TypeError("'base64' is none", { cause: error });
  }
}
