/**
 * Who said a message, in which words and under which id, found in its bytes.
 *
 * Parsing half a million messages at a start takes seconds, and what this server writes need not be parsed:
 *
 * ```text
 *   {"type":"NewMessage","room":"lobby","seq":7,"from":"Anna","content":…,"at":…,"id":"b-1"}
 *   └ fields of plain words and digits, one by one ──►└──┘                 the end  └─┘ ◄──┘
 * ```
 *
 * The last quotation mark of a JSON object ends a text. As long as no mark and no backslash stands in the text, the next
 * mark before it begins it, and so on backward: what ends like this *is* the object's last field. Whatever looks
 * different (a text with escapes, fields in another order, a whisper's tags) is left to a parser.
 *
 * @module
 */

const encoder = new TextEncoder();
const FROM = encoder.encode('"from":');
const CONTENT = encoder.encode('"content":');
const ID = encoder.encode(',"id":');
const [QUOTE, BACKSLASH, COLON, COMMA, OPEN, CLOSE, ZERO, NINE] = encoder.encode('"\\:,{}09');

/** Where texts lie in a body. */
export interface Spans {
  fromAt: number;
  fromEnd: number;
  idAt: number;
  idEnd: number;
  /** The words, with their quotation marks; as many bytes as none when they do not follow the sender. */
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

/** Goes backward from the end over `,"id":"…"}`. */
function findId(body: Uint8Array, spans: Spans): boolean {
  const end = body.length - 2;
  if (body[end + 1] !== CLOSE || body[end] !== QUOTE) return false;
  let at = end;
  while (at > 0 && body[at - 1] !== QUOTE) {
    if (body[--at] === BACKSLASH) return false;
  }
  if (!endsWith(body, at - 1, ID)) return false;
  spans.idAt = at;
  spans.idEnd = end;
  return true;
}

/** Goes forward over fields of plain texts and whole numbers until `"from":"…"`. */
function findFrom(body: Uint8Array, spans: Spans): boolean {
  if (body[0] !== OPEN) return false;
  for (let at = 1; at < body.length; at++) {
    const keyEnd = endOfText(body, at);
    if (keyEnd === -1 || body[keyEnd] !== COLON) return false;
    const valueAt = keyEnd + 1;
    const valueEnd = body[valueAt] === QUOTE
      ? endOfText(body, valueAt)
      : endOfNumber(body, valueAt);
    if (valueEnd === -1 || body[valueEnd] !== COMMA) return false;
    if (keyEnd - at === FROM.length - 1 && endsWith(body, valueAt, FROM)) {
      spans.fromAt = valueAt + 1;
      spans.fromEnd = valueEnd - 1;
      findContent(body, valueEnd + 1, spans);
      return body[valueAt] === QUOTE;
    }
    at = valueEnd;
  }
  return false;
}

/** Looks whether the words are the field that begins at `at`. */
function findContent(body: Uint8Array, at: number, spans: Spans): void {
  const valueAt = at + CONTENT.length;
  spans.contentAt = spans.contentEnd = valueAt;
  if (!endsWith(body, valueAt, CONTENT) || body[valueAt] !== QUOTE) return;
  let end = valueAt + 1;
  while (end < body.length && body[end] !== QUOTE) end += body[end] === BACKSLASH ? 2 : 1;
  if (end < body.length) spans.contentEnd = end + 1;
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
