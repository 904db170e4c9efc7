/**
 * An HTTP answer in bytes: small, whole, and the last thing said over its connection.
 *
 * @module
 */

/** The reasons that go with the numbers used here. */
const REASONS = {
  200: "OK",
  304: "Not Modified",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  411: "Length Required",
  413: "Content Too Large",
  421: "Misdirected Request",
  426: "Upgrade Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

/** A status that is used here. */
export type Status = keyof typeof REASONS;

/** An answer. */
export interface Answer {
  readonly status: Status;
  readonly body: string | Uint8Array;
  /** Default: plain text. */
  readonly type?: string;
  /** Further headers; they take the place of those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
}

const encoder = new TextEncoder();

/** The whole answer; to `HEAD` without its body. */
export function encodeAnswer(answer: Answer, withBody = true): Uint8Array {
  const { status, type = "text/plain; charset=utf-8", headers = {} } = answer;
  const body = typeof answer.body === "string" ? encoder.encode(answer.body) : answer.body;
  const own = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const common = Object.entries({
    "Content-Type": type,
    "Content-Length": String(body.length),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
  }).filter(([name]) => !own.has(name.toLowerCase()));
  const lines = [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    ...[...common, ...Object.entries(headers)].map(([name, value]) => `${name}: ${value}`),
  ];
  const head = encoder.encode(lines.join("\r\n") + "\r\n\r\n");
  const bytes = new Uint8Array(head.length + (withBody ? body.length : 0));
  bytes.set(head);
  if (withBody) bytes.set(body, head.length);
  return bytes;
}
