/**
 * Checks what a page asks for. This is the only door from a browser into the process, so it is narrow: a bound
 * on the text, one compiled schema per type, unknown fields refused.
 *
 * @module
 */

import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import {
  CONTENT_BYTES_MAX,
  HISTORY_LIMIT_MAX,
  ID_CHARS_MAX,
  RETAIN_DAYS_MAX,
  SLOW_SECONDS_MAX,
} from "../../server/wire/mod.ts";
import {
  FILE_BYTES_MAX,
  FILE_NAME_CHARS_MAX,
  NAME_ASKED_CHARS_MAX,
  PASSWORD_ASKED_CHARS_MAX,
  REQUEST_CHARS_MAX,
} from "./limits.ts";
import type { Asked } from "./page_messages.ts";

const id = Type.String({ minLength: 1, maxLength: ID_CHARS_MAX });
/** A name as somebody typed it; whether it can be one, the server says. */
const name = Type.String({ minLength: 1, maxLength: NAME_ASKED_CHARS_MAX });
const content = Type.String({ minLength: 1, maxLength: CONTENT_BYTES_MAX });
/** A password as somebody typed it; whether it can be one, the server says. */
const password = Type.String({ minLength: 1, maxLength: PASSWORD_ASKED_CHARS_MAX });
const seq = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const amount = Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** An emoji or a short word; whether it can be one, the server says. */
const emoji = Type.String({ minLength: 1, maxLength: NAME_ASKED_CHARS_MAX });
/** Why somebody is put out; whether it is too long, the server says. */
const why = Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 }));
const seconds = Type.Optional(seq);

/** One question about order. */
function asking<T extends string, P extends Record<string, TSchema>>(type: T, rest: P) {
  return Type.Object({ type: Type.Literal(type), ...rest }, { additionalProperties: false });
}

const ask = Type.Union([
  asking("Room", {
    access: Type.Optional(
      Type.Union([Type.Literal("open"), Type.Literal("invite"), Type.Literal("announce")]),
    ),
    slow: Type.Optional(Type.Integer({ minimum: 0, maximum: SLOW_SECONDS_MAX })),
    topicBy: Type.Optional(Type.Union([Type.Literal("members"), Type.Literal("moderators")])),
    retain: Type.Optional(Type.Integer({ minimum: 0, maximum: RETAIN_DAYS_MAX })),
    typing: Type.Optional(Type.Boolean()),
    promote: Type.Optional(name),
    demote: Type.Optional(name),
    owner: Type.Optional(name),
  }),
  asking("Invite", { user: name }),
  asking("Kick", { user: name, why }),
  asking("Unban", { user: Type.Optional(name), address: Type.Optional(name), why }),
  asking("Mute", { user: name, seconds, why }),
  asking("Ban", { user: Type.Optional(name), address: Type.Optional(name), seconds, why }),
  asking("Audit", {}),
  asking("SetRole", {
    username: name,
    role: Type.Union([Type.Literal("user"), Type.Literal("operator")]),
  }),
]);

function request<T extends string, P extends Record<string, TSchema>>(type: T, rest: P) {
  return Type.Object({ type: Type.Literal(type), id, ...rest }, { additionalProperties: false });
}

const schemas = [
  request("say", { room: name, content, reply: Type.Optional(seq) }),
  request("whisper", { to: name, content, reply: Type.Optional(seq) }),
  request("edit", { room: Type.Optional(name), with: Type.Optional(name), seq, content }),
  request("delete", { room: Type.Optional(name), with: Type.Optional(name), seq }),
  request("react", { room: name, seq, emoji, on: Type.Boolean() }),
  request("order", { room: name, ask }),
  request("rank", { room: name }),
  request("report", { room: name, seq, why }),
  request("read", { room: Type.Optional(name), with: Type.Optional(name), seq }),
  request("typing", { room: name }),
  request("ignore", { name, on: Type.Boolean() }),
  request("join", { room: name }),
  request("leave", { room: name }),
  request("topic", { room: name, topic: Type.String({ maxLength: 1_000 }) }),
  request("history", {
    room: Type.Optional(name),
    with: Type.Optional(name),
    before: Type.Optional(seq),
    limit: Type.Integer({ minimum: 1, maximum: HISTORY_LIMIT_MAX }),
  }),
  request("people", { room: Type.Optional(name) }),
  request("rooms", {}),
  request("login", { password }),
  request("register", { password }),
  request("password", { old: password, password }),
  request("devices", {}),
  request("revoke", { device: Type.String({ minLength: 1, maxLength: ID_CHARS_MAX }) }),
  request("offer", {
    room: Type.Optional(name),
    to: Type.Optional(name),
    name: Type.String({ minLength: 1, maxLength: FILE_NAME_CHARS_MAX }),
    size: Type.Integer({ minimum: 0, maximum: FILE_BYTES_MAX }),
    sha256: Type.Optional(Type.String({ pattern: "^[0-9a-f]{64}$" })),
  }),
  request("take", { n: seq }),
  request("decline", { n: seq }),
  request("stop", { n: seq }),
  request("way", { room: name, seq }),
  request("calls", {
    measure: Type.Union([Type.Literal("send"), Type.Literal("recv"), Type.Literal("delay")]),
    from: amount,
    to: amount,
    ge: amount,
    lt: amount,
  }),
] as const;

/** `true` when both types accept exactly the same values. */
type Agree<A, B> = [A] extends [B] ? [B] extends [A] ? true : false : false;
true satisfies Agree<Asked, Static<(typeof schemas)[number]>>;

const checks: ReadonlyMap<string, TypeCheck<TSchema>> = new Map(
  schemas.map((schema) => [
    schema.properties.type.const,
    TypeCompiler.Compile(schema as TSchema),
  ]),
);

/** The path of a field. That of an unknown one is whatever the page wrote, and a reason for closing has at most 123 bytes. */
const FIELD = /^\/[a-z0-9]{1,32}$/;

/** What a text from a page is. */
export type Read =
  | { readonly kind: "request"; readonly request: Asked }
  /** Not a request, and why, in at most 123 bytes. */
  | { readonly kind: "invalid"; readonly reason: string };

/** Reads one WebSocket message of a page. */
export function readRequest(data: unknown): Read {
  if (typeof data !== "string") return invalid("A request is text.");
  if (data.length > REQUEST_CHARS_MAX) return invalid("The request is too long.");
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return invalid("A request is JSON.");
  }
  const type = value !== null && typeof value === "object" && "type" in value ? value.type : "";
  const check = typeof type === "string" ? checks.get(type) : undefined;
  if (check === undefined) return invalid("There is no such request.");
  if (check.Check(value)) return { kind: "request", request: value as Asked };
  const where = check.Errors(value).First()?.path ?? "";
  return invalid(
    FIELD.test(where) ? `The request is wrong at '${where}'.` : "The request is wrong.",
  );
}

function invalid(reason: string): Read {
  return { kind: "invalid", reason };
}
