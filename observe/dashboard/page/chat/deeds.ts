/**
 * What takes something from somebody, or calls the moderators: it is asked for with its reason before it is done.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";
import { connection } from "../connection.ts";
import { tell } from "./places.ts";
import type { View } from "./view.ts";

/** What is to be done. */
export interface Deed {
  readonly act: "delete" | "report" | "mute" | "kick" | "ban";
  readonly view: View;
  /** Who said it, or whom it is about. */
  readonly name: string;
  /** The number of the message. */
  readonly seq?: number;
}

/** For how long somebody is muted or banned, in seconds; 0 for ever. */
export const TIMES: readonly (readonly [seconds: number, label: string])[] = [
  [600, "10 minutes"],
  [3_600, "1 hour"],
  [86_400, "1 day"],
  [604_800, "7 days"],
  [0, "for ever"],
];

/** What is asked for now. */
export const deed: Signal<Deed | undefined> = signal(undefined);

/** What a deed is called, what it means, and what its button says. */
export function wordsOf(
  { act, name, view }: Deed,
): { readonly title: string; readonly effect: string; readonly button: string } {
  const room = view.name;
  switch (act) {
    case "delete":
      return {
        title: "Delete this message",
        effect: "Its words go for everybody.",
        button: "Delete",
      };
    case "report":
      return {
        title: `Report what ${name} said`,
        effect: "The moderators see it with what was said just before.",
        button: "Report",
      };
    case "mute":
      return {
        title: `Mute ${name}`,
        effect: `${name} may read ${room}, and not speak.`,
        button: "Mute",
      };
    case "kick":
      return {
        title: `Kick ${name}`,
        effect: `${name} is out of ${room}, and may come back in a minute.`,
        button: "Kick",
      };
    case "ban":
      return {
        title: `Ban ${name}`,
        effect: `${name} is out of ${room} and stays out.`,
        button: "Ban",
      };
    default:
      return act satisfies never;
  }
}

/** Does it. @returns Why not, as a sentence, if it was refused. */
export async function doDeed(
  { act, view, name, seq = 0 }: Deed,
  { why: text, seconds: chosen }: { readonly why: string; readonly seconds: number },
): Promise<string | undefined> {
  const room = view.name;
  const why = text.trim() === "" ? {} : { why: text.trim() };
  const seconds = chosen === 0 ? {} : { seconds: chosen };
  const where = view.kind === "room" ? { room } : { with: room };
  const asked = {
    delete: () => connection.ask({ type: "delete", ...where, seq }),
    report: () => connection.ask({ type: "report", room, seq, ...why }),
    kick: () => connection.ask({ type: "order", room, ask: { type: "Kick", user: name, ...why } }),
    mute: () =>
      connection.ask({
        type: "order",
        room,
        ask: { type: "Mute", user: name, ...seconds, ...why },
      }),
    ban: () =>
      connection.ask({ type: "order", room, ask: { type: "Ban", user: name, ...seconds, ...why } }),
  };
  const answer = await asked[act]();
  if (answer.kind === "refused") return answer.sentence;
  if (answer.kind === "told") tell(answer.sentence);
  return undefined;
}
