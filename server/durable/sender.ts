/**
 * Who said a message, in which words and under which id, found in its bytes.
 *
 * Parsing half a million messages at a start takes seconds, and what this server writes need not be parsed:
 *
 * ```text
 *   {"type":"NewMessage","room":"lobby","seq":7,"from":"Anna","content":…,"at":…,"id":"b-1"}
 *   └ fields of plain words and digits, one by one ──►└──┘                 the end  └─┘ ◄──┘
 *   {"type":"PrivateMessage","from":"Anna","to":"Bob","seq":7,"content":…,"id":"b-1","between":["…","…"]}
 * ```
 *
 * The last quotation mark of a JSON object ends a text. As long as no mark and no backslash stands in the text, the next
 * mark before it begins it, and so on backward: what ends like this *is* the object's last field. Whatever looks
 * different (a text with escapes, fields in another order) is left to a parser. A whisper's tags at the very end are such
 * texts, too.
 *
 * @module
 */

const encoder = new TextEncoder();
const FROM = encoder.encode('"from":');
const CONTENT = encoder.encode('"content":');
const ID = encoder.encode(',"id":');
const TRUE = encoder.encode("true");
const BETWEEN = encoder.encode(',"between":[');
const [QUOTE, BACKSLASH, COLON, COMMA, OPEN, CLOSE, ZERO, NINE] = encoder.encode('"\\:,{}09');
const [SQUARE_CLOSE] = encoder.encode("]");

/** Where texts lie in a body. */
export interface Spans {
  fromAt: number;
  fromEnd: number;
  idAt: number;
  idEnd: number;
  /** The words, with their quotation marks; no bytes when they are not found behind the sender. */
  contentAt: number;
  contentEnd: number;
}

/** Of no message yet. */
export function newSpans(): Spans {
  return { fromAt: 0, fromEnd: 0, idAt: 0, idEnd: 0, contentAt: 0, contentEnd: 0 };
}

/**
 * Finds sender and id of a stored message.
 *
 * @param spans Gets where they lie, sender and id in UTF-8 as it is meant: nothing is escaped in it.
 * @returns Whether they were found. If not, that says nothing about the message.
 */
export function findSender(body: Uint8Array, spans: Spans): boolean {
  return findId(body, spans) && findFrom(body, spans);
}

/** Goes backward from the end over `,"id":"…"}`, with the tags of a whisper between the two. */
function findId(body: Uint8Array, spans: Spans): boolean {
  let end = body.length - 1;
  if (body[end] !== CLOSE) return false;
  if (body[end - 1] === SQUARE_CLOSE) end = beginOfTags(body, end - 1);
  const at = beginOfText(body, end);
  if (at === -1 || !endsWith(body, at, ID)) return false;
  spans.idAt = at + 1;
  spans.idEnd = end - 1;
  return true;
}

/** Where `,"between":["…","…"` begins that ends at `end`; -1 if it is something else. */
function beginOfTags(body: Uint8Array, end: number): number {
  const second = beginOfText(body, end);
  if (second < 1 || body[second - 1] !== COMMA) return -1;
  const first = beginOfText(body, second - 1);
  return first !== -1 && endsWith(body, first, BETWEEN) ? first - BETWEEN.length : -1;
}

/** Where a text of plain characters begins that ends at `end` with its quotation mark; -1 if it is none. */
function beginOfText(body: Uint8Array, end: number): number {
  if (end < 2 || body[end - 1] !== QUOTE) return -1;
  for (let at = end - 2; at >= 0; at--) {
    if (body[at] === QUOTE) return at;
    if (body[at] === BACKSLASH) return -1;
  }
  return -1;
}

/** Goes forward over fields of plain texts, whole numbers and `true` until `"from":"…"`, and on to the words. */
function findFrom(body: Uint8Array, spans: Spans): boolean {
  spans.contentAt = spans.contentEnd = 0;
  if (body[0] !== OPEN) return false;
  let found = false;
  for (let at = 1; at < body.length; at++) {
    const keyEnd = endOfText(body, at);
    if (keyEnd === -1 || body[keyEnd] !== COLON) return false;
    const valueAt = keyEnd + 1;
    if (found && isKey(body, at, valueAt, CONTENT)) {
      findContent(body, valueAt, spans);
      return true;
    }
    const valueEnd = body[valueAt] === QUOTE
      ? endOfText(body, valueAt)
      : endsWith(body, valueAt + TRUE.length, TRUE)
      ? valueAt + TRUE.length
      : endOfNumber(body, valueAt);
    if (valueEnd === -1 || body[valueEnd] !== COMMA) return false;
    if (!found && isKey(body, at, valueAt, FROM)) {
      if (body[valueAt] !== QUOTE) return false;
      found = true;
      spans.fromAt = valueAt + 1;
      spans.fromEnd = valueEnd - 1;
    }
    at = valueEnd;
  }
  return false;
}

/** Whether what stands from `at` to `end` is this key with its colon. */
function isKey(body: Uint8Array, at: number, end: number, key: Uint8Array): boolean {
  return end - at === key.length && endsWith(body, end, key);
}

/** Where the words end, if they are a text. */
function findContent(body: Uint8Array, valueAt: number, spans: Spans): void {
  if (body[valueAt] !== QUOTE) return;
  let end = valueAt + 1;
  while (end < body.length && body[end] !== QUOTE) end += body[end] === BACKSLASH ? 2 : 1;
  if (end >= body.length) return;
  spans.contentAt = valueAt;
  spans.contentEnd = end + 1;
}

/** Where a text of plain characters ends that begins at `at` with its quotation mark; -1 if it is none. */
function endOfText(body: Uint8Array, at: number): number {
  if (body[at] !== QUOTE) return -1;
  for (let end = at + 1; end < body.length; end++) {
    if (body[end] === QUOTE) return end + 1;
    if (body[end] === BACKSLASH) return -1;
  }
  return -1;
}

/** Where digits end that begin at `at`. */
function endOfNumber(body: Uint8Array, at: number): number {
  let end = at;
  for (; end < body.length; end++) {
    const byte = body[end] ?? 0;
    if (byte < (ZERO ?? 0) || byte > (NINE ?? 0)) break;
  }
  return end;
}

function endsWith(body: Uint8Array, end: number, part: Uint8Array): boolean {
  const start = end - part.length;
  if (start < 0) return false;
  for (let i = 0; i < part.length; i++) if (body[start + i] !== part[i]) return false;
  return true;
}
