/**
 * Claims about the key decoder: each sequence, and that the way of cutting the bytes does not
 * matter.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decode,
  ended,
  type Key,
  NOTHING_PENDING,
  type Pending,
  waited,
} from "../../../cli/tty/keys.ts";
import { ESCAPE_CHARS_MAX, PASTE_CHARS_MAX } from "../../../cli/tty/limits.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const key = (name: string): Key => ({ kind: "key", name });
const text = (text: string): Key => ({ kind: "text", text });

/** All keys of these chunks, with neighbouring texts joined. */
function keysOf(chunks: readonly Uint8Array[], end = true): Key[] {
  let pending: Pending = NOTHING_PENDING;
  const keys: Key[] = [];
  const take = (found: readonly Key[]) => {
    for (const next of found) {
      const last = keys.at(-1);
      if (next.kind === "text" && last?.kind === "text") {
        keys[keys.length - 1] = text(last.text + next.text);
      } else keys.push(next);
    }
  };
  for (const chunk of chunks) {
    const decoding = decode(pending, chunk);
    pending = decoding.pending;
    take(decoding.keys);
  }
  if (end) take(ended(pending).keys);
  return keys;
}

const KEYS: readonly [string, string][] = [
  ["\r", "enter"],
  ["\n", "enter"],
  ["\t", "tab"],
  ["\x7f", "backspace"],
  ["\x01", "ctrl+a"],
  ["\x1a", "ctrl+z"],
  ["\x00", "ctrl+space"],
  ["\x1b[A", "up"],
  ["\x1bOA", "up"],
  ["\x1b[D", "left"],
  ["\x1b[H", "home"],
  ["\x1bOF", "end"],
  ["\x1b[1~", "home"],
  ["\x1b[3~", "delete"],
  ["\x1b[5~", "pageup"],
  ["\x1b[6~", "pagedown"],
  ["\x1b[Z", "shift+tab"],
  ["\x1b[1;5C", "ctrl+right"],
  ["\x1b[1;3D", "alt+left"],
  ["\x1b[1;3H", "alt+home"],
  ["\x1b[1;8A", "ctrl+alt+shift+up"],
  ["\x1b\r", "alt+enter"],
  ["\x1b[13;3u", "alt+enter"],
  ["\x1b[97;5u", "ctrl+a"],
  ["\x1b[27u", "escape"],
  ["\x1ba", "alt+a"],
  ["\x1b1", "alt+1"],
  ["\x1bö", "alt+ö"],
  ["\x1b\x7f", "alt+backspace"],
];

Deno.test("decode() knows each key", () => {
  for (const [sequence, name] of KEYS) {
    assert.deepEqual(keysOf([bytesOf(sequence)], false), [key(name)], JSON.stringify(sequence));
  }
});

Deno.test("decode() ignores sequences that mean nothing here, and nothing beside them", () => {
  for (const sequence of ["\x1b[<0;1;1M", "\x1b[99~", "\x1b[I", "\x1b[?1;2c", "\x1bOQ"]) {
    const keys = keysOf([bytesOf(`a${sequence}b`)], false);
    const names = keys.map((found) => found.kind === "text" ? found.text : found.kind).join("");
    assert.match(names, /^a(key)?b$/, JSON.stringify(sequence));
  }
});

Deno.test("a paste is cut out whole, whatever is in it", () => {
  const pasted = "one\r\ntwo \x1b[A \x03 \x1b[2J€";
  const bytes = bytesOf(`a\x1b[200~${pasted}\x1b[201~b`);
  const expected = [text("a"), { kind: "paste", text: pasted, cut: false }, text("b"), {
    kind: "end",
  }];
  assert.deepEqual(keysOf([bytes]), expected);
});

Deno.test("the keys are the same wherever the bytes are cut, and byte by byte", () => {
  const everything = KEYS.map(([sequence]) => sequence).join("x") +
    "€👩‍👩‍👧‍👦\x1b[200~p\x1b[201\x1b[20€\r\n\x1b[201~z";
  const bytes = bytesOf(everything);
  const whole = keysOf([bytes]);
  for (let cut = 1; cut < bytes.length; cut++) {
    assert.deepEqual(keysOf([bytes.subarray(0, cut), bytes.subarray(cut)]), whole, `cut at ${cut}`);
  }
  assert.deepEqual(keysOf(Array.from(bytes, (byte) => Uint8Array.of(byte))), whole);
});

Deno.test("any bytes in any chunks give the same keys as in one", () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 8 });
  fc.assert(fc.property(chunks, (parts) => {
    const whole = new Uint8Array(parts.flatMap((part) => [...part]));
    assert.deepEqual(keysOf(parts), keysOf([whole]));
  }));
});

Deno.test("text keys hold no control characters", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    for (const found of keysOf([bytes])) {
      // deno-lint-ignore no-control-regex -- that there are none is the claim
      if (found.kind === "text") assert.doesNotMatch(found.text, /[\0-\x1f\x7f]/);
    }
  }));
});

Deno.test("an ESC alone is kept until the wait is over, and is then the Esc key", () => {
  const { keys, pending } = decode(NOTHING_PENDING, bytesOf("a\x1b"));
  assert.deepEqual(keys, [text("a")]);
  const late = waited(pending);
  assert.deepEqual(late.keys, [key("escape")]);
  assert.equal(late.pending.text, "");
});

Deno.test("waiting in the middle of a paste or a character changes nothing", () => {
  for (const start of ["\x1b[200~abc\x1b[20", "x"]) {
    const { pending } = decode(NOTHING_PENDING, bytesOf(start));
    assert.deepEqual(waited(pending), { keys: [], pending });
  }
  const { pending } = decode(NOTHING_PENDING, bytesOf("€").subarray(0, 2));
  assert.deepEqual(decode(waited(pending).pending, bytesOf("€").subarray(2)).keys, [text("€")]);
});

Deno.test("the end of input is one key and invents no others", () => {
  assert.deepEqual(keysOf([]), [{ kind: "end" }]);
  assert.deepEqual(keysOf([bytesOf("€").subarray(0, 2)]), [{ kind: "end" }]);
  assert.deepEqual(keysOf([bytesOf("\x1b[200~ab")]), [
    { kind: "paste", text: "ab", cut: false },
    { kind: "end" },
  ]);
});

Deno.test("what is kept is bounded: a sequence without end, and a paste without end", () => {
  const { pending } = decode(NOTHING_PENDING, bytesOf(`\x1b[${"1".repeat(10_000)}`));
  assert.ok(pending.text.length <= ESCAPE_CHARS_MAX);
  const long = "x".repeat(PASTE_CHARS_MAX + 5);
  const [paste] = keysOf([bytesOf(`\x1b[200~${long}\x1b[201~`)], false);
  assert.deepEqual(paste, { kind: "paste", text: long.slice(0, PASTE_CHARS_MAX), cut: true });
});
