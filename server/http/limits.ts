/**
 * What the door for HTTP may cost, and when the server calls itself ill.
 *
 * @module
 */

/** Largest head of an HTTP request, in bytes: a browser's with cookies fits. */
export const HTTP_HEAD_BYTES_MAX: number = 8 << 10;
/** How long an HTTP request may take, from connecting to the end of the answer, in ms. */
export const HTTP_MS_MAX = 5_000;
/**
 * HTTP requests at once, WebSockets that are established not counted; above, the slowest is closed. A thousand pages that come back in
 * the same second from a tenth of a second away are a hundred whose requests are still on their way, over TLS three hundred.
 */
export const HTTP_REQUESTS_MAX = 256;
/** Which part of the descriptors they may have, where those are few. */
export const HTTP_REQUESTS_SHARE: number = 1 / 32;
/** How long the head of an HTTP request may take to come, in ms: it is one packet. */
export const HTTP_HEAD_MS_MAX = 2_000;
/** How long its handshake may take before that where TLS is spoken, in ms: two answers of a peer who is far away, and some work. */
export const HTTP_HANDSHAKE_MS_MAX = 3_000;
/** Which part of the places may be taken while `/readyz` sends others here: who comes in between two questions finds one. */
export const READY_PLACES_MAX = 0.95;
/** How often a store that failed is tried again for `/healthz`, in ms. */
export const HEALTH_TRY_MS = 1_000;
/** How long a failed store may take to answer `/healthz`, in ms: who asks must have an answer before `HTTP_MS_MAX`. */
export const HEALTH_TRY_WAIT_MS = 1_000;
/** How long the disk may owe the store an answer, in ms, before the server is ill: the worst healthy disks take one second. */
export const STORE_PENDING_MS_MAX = 5_000;
/** What a WebSocket holds that does nothing, in bytes, beside what each connection does: the objects of its wire and its caller. Measured: 1 to 2 KiB. */
export const WEB_SOCKET_BYTES: number = 2 << 10;
/** Bytes that are made WebSocket messages at once: one message at least, however large. */
export const WEB_SOCKET_WRITE_BYTES: number = 64 << 10;
