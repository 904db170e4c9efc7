/**
 * The answer to a browser that strays onto the chat's port.
 *
 * Besides being kind, it ends the connection before anything of the request could be taken for text:
 * a web page cannot make its visitor's browser talk in the chat.
 *
 * @module
 */

const REQUEST_LINE = /^[A-Z]+ \S+ HTTP\/\d/;
const BODY = "This port speaks chat, not HTTP. For the chat in a browser run: chat dashboard\n";

const encoder = new TextEncoder();

/** Whether a first line is an HTTP request and not a name. */
export function isHttp(line: string): boolean {
  return REQUEST_LINE.test(line);
}

/** The whole answer. */
export function httpAnswer(): Uint8Array {
  return encoder.encode(
    "HTTP/1.1 400 Bad Request\r\n" +
      "Content-Type: text/plain; charset=utf-8\r\n" +
      `Content-Length: ${BODY.length}\r\n` +
      "Connection: close\r\n\r\n" + BODY,
  );
}
