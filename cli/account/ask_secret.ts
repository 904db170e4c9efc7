/**
 * Asks for a password on the terminal, without showing it.
 *
 * The terminal is as it was afterwards, whatever ends the question; nothing of what was typed is kept anywhere else. What is
 * asked goes to standard error, since standard output may be read by a program.
 *
 * @module
 */

import { EXIT, Failure } from "../failure.ts";
import { printError } from "../streams.ts";

/** Longest answer in UTF-16 units: above any password, and what a stray paste costs is bounded. */
const ANSWER_CHARS_MAX = 4_096;

/** Signals that would leave the terminal without its echo. */
const SIGNALS = ["SIGTERM", "SIGHUP", "SIGINT"] as const;

/** Whether somebody can be asked. */
export function canAsk(): boolean {
  return Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
}

/** Asks. @returns What was typed; `undefined` when the terminal has ended. @throws {Failure} At Ctrl+c. */
export async function askSecret(question: string): Promise<string | undefined> {
  const lower = () => Deno.stdin.setRaw(false);
  const interrupt = () => {
    lower();
    printError("\n");
    Deno.exit(EXIT.interrupted);
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, interrupt);
  Deno.stdin.setRaw(true);
  try {
    printError(question);
    const answer = await readAnswer();
    printError("\r\n");
    return answer;
  } finally {
    lower();
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, interrupt);
  }
}

async function readAnswer(): Promise<string | undefined> {
  const decoder = new TextDecoder();
  const bytes = new Uint8Array(1_024);
  let typed: Typed = { text: "", end: undefined };
  while (typed.end === undefined) {
    const count = await Deno.stdin.read(bytes);
    if (count === null) return undefined;
    typed = typing(typed.text, decoder.decode(bytes.subarray(0, count), { stream: true }));
  }
  bytes.fill(0);
  if (typed.end === "interrupted") throw new Failure("Interrupted.", EXIT.interrupted);
  return typed.end === "closed" ? undefined : typed.text;
}

/** What was typed so far, and how it ended if it did. */
export interface Typed {
  readonly text: string;
  readonly end: "sent" | "interrupted" | "closed" | undefined;
}

/** A key that is no letter: an arrow, say. */
// deno-lint-ignore no-control-regex -- keys are control characters
const SEQUENCE = /\x1b(?:\[[\d;]*[@-~]|O[@-~]|.)?/g;

/** What was typed after some more keys. Pure. */
export function typing(before: string, keys: string): Typed {
  let text = before;
  for (const key of keys.replace(SEQUENCE, "")) {
    switch (key) {
      case "\r":
      case "\n":
        return { text, end: "sent" };
      case "\x03":
        return { text: "", end: "interrupted" };
      case "\x04":
        if (text === "") return { text, end: "closed" };
        break;
      case "\x7f":
      case "\b":
        text = [...text].slice(0, -1).join("");
        break;
      case "\x15":
        text = "";
        break;
      default:
        if (key >= " " && text.length < ANSWER_CHARS_MAX) text += key;
    }
  }
  return { text, end: undefined };
}
