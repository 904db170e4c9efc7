/**
 * Speaking in lines: made for `nc` and `telnet`.
 *
 * The first line is the name, the others are what is said. A browser that strays here (its first line is an
 * HTTP request) gets a short answer that tells it where to go.
 *
 * @module
 */

import { LINE_BYTES_MAX } from "../limits.ts";
import type { Heard, Speaker } from "../speaker.ts";
import type { ServerMessage } from "../wire/mod.ts";
import { ERROR_SENTENCES } from "../wire/mod.ts";
import { httpAnswer, isHttp } from "./http.ts";
import { type Line, LineSplitter } from "./line_splitter.ts";
import { parseLine, parseLogin } from "./parse.ts";
import { encodeLine } from "./render.ts";

const encoder = new TextEncoder();

/** Speaks lines. */
export function textSpeaker(): Speaker {
  const splitter = new LineSplitter(LINE_BYTES_MAX);
  const decoder = new TextDecoder();
  let named = false;

  function* heard(line: Line): Generator<Heard> {
    if (line.kind === "too_long") {
      return yield { kind: "error", code: "too_long", msg: ERROR_SENTENCES.too_long };
    }
    const text = decoder.decode(line.bytes);
    if (named) return yield* meaningOf(text);
    named = true;
    if (!isHttp(text)) return yield { kind: "message", message: parseLogin(text) };
    yield { kind: "answer", bytes: httpAnswer() };
    yield { kind: "end" };
  }

  return {
    speech: "text",
    *hear(chunk: Uint8Array): Iterable<Heard> {
      for (const line of splitter.feed(chunk)) yield* heard(line);
    },
    *hearEnd(): Iterable<Heard> {
      const line = splitter.end();
      if (line !== undefined) yield* heard(line);
    },
    encode: (message: ServerMessage): Uint8Array | undefined => encodeLine(message),
  };
}

function* meaningOf(text: string): Generator<Heard> {
  const meaning = parseLine(text);
  switch (meaning.kind) {
    case "message":
      return yield meaning;
    case "answer":
      return yield { kind: "answer", bytes: encoder.encode(meaning.text) };
    case "quit":
      return yield { kind: "end" };
    case "nothing":
      return;
    default:
      meaning satisfies never;
  }
}
