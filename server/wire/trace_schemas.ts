/**
 * The shapes of the messages about the way of messages; see `schemas.ts`.
 *
 * @module
 */

import {
  type Agree,
  count,
  fromClient,
  fromServer,
  type MessageShape,
  moment,
} from "./message_shapes.ts";
import type { ServerTraceMessage, Trace } from "./messages.ts";
import { list, object, type Of, oneOf, option, text, truth, whole } from "./shapes.ts";

const clientSchemas = [
  fromClient("Trace", {
    on: option(truth),
    room: option(text),
    seq: option(count),
    last: option(truth),
    slowest: option(truth),
  }),
] as const;

const span = object({ from: count, to: count });
// A machine that is up for long has more ns than a number tells apart: then the last digits are rounded.
const ns = whole(0, 2 ** 63);
const clock = object({ kind: oneOf(["machine", "process"]), ns, at: moment });
const write = object({ at: ns, stream: option(span), log: option(span) });
const end = {
  user: text,
  remote: option(text),
  local: option(text),
  speech: oneOf(["frames", "text", "websocket", "unknown"]),
  secure: option(truth),
  stream: option(span),
  why: option(text),
};

const serverSchemas = [
  fromServer("Tracing", {
    on: truth,
    room: option(text),
    seconds: option(count),
    clock,
    kept: count,
    forgotten: count,
  }),
  fromServer("TraceReport", {
    room: text,
    seq: count,
    clock,
    from: object(end),
    read: option(ns),
    accepted: ns,
    given: option(ns),
    durable: option(ns),
    published: option(ns),
    answered: option(write),
    log: option(span),
    lines: option(span),
    receivers: list(object({ ...end, writes: list(write), done: truth })),
    left: count,
    unknown: list(text),
  }),
] as const;

true satisfies Agree<Trace, Of<(typeof clientSchemas)[number]["shape"]>>;
true satisfies Agree<ServerTraceMessage, Of<(typeof serverSchemas)[number]["shape"]>>;

/** What clients send. */
export const TRACE_REQUESTS: readonly MessageShape<string, Trace>[] = clientSchemas;
/** What servers answer. */
export const TRACE_REPLIES: readonly MessageShape<string, ServerTraceMessage>[] = serverSchemas;
