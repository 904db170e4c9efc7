/**
 * What a program says that posts to a hook: the words in the body of a request.
 *
 * ```text
 *   build is green                                    the words themselves
 *   {"content": "build is green"}                     as the protocol calls them
 *   {"text": "build is green"}                        as other chats do
 *   {"status": "firing", "alerts": [ … ]}             what Alertmanager posts: a line for each alert
 * ```
 *
 * A body is JSON if it says so, or if it can be read as one of these objects: `curl -d` says of anything that it is a form. Pure.
 *
 * @module
 */

import { CONTENT_BYTES_MAX } from "../wire/mod.ts";
import { ALERTS_TOLD_MAX } from "./limits.ts";

/** Words, or why there are none. */
export type Words =
  | { readonly kind: "words"; readonly content: string }
  | { readonly kind: "refused"; readonly msg: string };

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The words of a body. @param type Its `Content-Type`. */
export function wordsIn(body: Uint8Array, type = ""): Words {
  const text = textIn(body);
  if (text === undefined) return refused("The body is no UTF-8.");
  const isJson = /^application\/(?:[\w.+-]+\+)?json\b/i.test(type.trim());
  const object = isJson || text.trimStart().startsWith("{") ? objectIn(text) : undefined;
  const content = object === undefined ? undefined : contentOf(object);
  if (content !== undefined) return { kind: "words", content };
  if (isJson) return refused('Such JSON is understood: {"content": "…"}.');
  return { kind: "words", content: text.replace(/\s+$/, "") };
}

function textIn(body: Uint8Array): string | undefined {
  try {
    return decoder.decode(body);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function contentOf(
  { content, text, alerts }: Readonly<Record<string, unknown>>,
): string | undefined {
  if (typeof content === "string") return content;
  if (Array.isArray(alerts)) return alertsText(alerts);
  return typeof text === "string" ? text : undefined;
}

/** Of many alerts as many as fit into a message. */
function alertsText(alerts: readonly unknown[]): string {
  const lines: string[] = [];
  let bytes = 0;
  for (const alert of alerts.slice(0, ALERTS_TOLD_MAX)) {
    const line = alertText(alert);
    bytes += 3 * (line.length + 1);
    if (bytes > CONTENT_BYTES_MAX - 100) break;
    lines.push(line);
  }
  const more = alerts.length - lines.length;
  if (more > 0) lines.push(`… and ${more} more`);
  return lines.join("\n");
}

/** `[firing] DiskFull db1: 97 % of /srv are used`. */
function alertText(alert: unknown): string {
  const { status, labels, annotations } = asObject(alert);
  const { alertname, instance } = asObject(labels);
  const { summary, description } = asObject(annotations);
  const name = [alertname, instance].filter(isText).join(" ") || "alert";
  const told = [summary, description].find(isText);
  const state = isText(status) ? `[${status}] ` : "";
  return `${state}${name}${told === undefined ? "" : `: ${told}`}`.slice(0, 500);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
    ? value as Readonly<Record<string, unknown>>
    : {};
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? asObject(value) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refused(msg: string): Words {
  return { kind: "refused", msg };
}
