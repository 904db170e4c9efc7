/**
 * Asking for passwords in the terminal: one after the other, shown as dots.
 *
 * ```text
 *   /register ─► New password for Anna: •••• ─► The same again: •••• ─► register
 *   /password ─► Old password: •••• ─► New password: •••• ─► The same again: •••• ─► changePassword
 * ```
 *
 * What is typed lives in the mode and nowhere else: not in the editor, whose history and clipboard would keep it. Whatever
 * leads elsewhere forgets it.
 *
 * @module
 */

import { type Model, only, type SecretMode, type Step, told } from "./model.ts";
import { safeText, typedText } from "./safe.ts";
import { graphemes } from "./width.ts";

/** Longest password in UTF-16 units: above what a server takes, and what a stray paste costs is bounded. */
const SECRET_CHARS_MAX = 4_096;

const EDITING = { kind: "edit", cycle: undefined } as const;

/** Begins to ask. */
export function secretAsked(model: Model, wish: SecretMode["wish"]): Model {
  return { ...model, mode: { kind: "secret", wish, given: [], text: "" } };
}

/** What is asked for now. */
export function secretPrompt({ me }: Model, { wish, given }: SecretMode): string {
  const name = safeText(me);
  const prompts = wish === "register"
    ? [`New password for ${name}: `, "The same again: "]
    : ["Old password: ", "New password: ", "The same again: "];
  return prompts[given.length] ?? "";
}

/** Something was typed or pasted. */
export function secretTyped(model: Model, mode: SecretMode, text: string): Model {
  const [line = ""] = typedText(text).split("\n");
  return { ...model, mode: { ...mode, text: (mode.text + line).slice(0, SECRET_CHARS_MAX) } };
}

/** A key was pressed. Those that lead elsewhere do nothing: a password must not end up there. */
export function onSecretKey(model: Model, name: string, mode: SecretMode): Step {
  switch (name) {
    case "enter":
      return secretGiven(model, mode);
    case "backspace":
    case "shift+backspace":
    case "ctrl+h":
      return only({
        ...model,
        mode: { ...mode, text: graphemes(mode.text).slice(0, -1).join("") },
      });
    case "ctrl+u":
      return only({ ...model, mode: { ...mode, text: "" } });
    case "escape":
    case "ctrl+c":
    case "ctrl+d":
    case "ctrl+g":
      return only(told({ ...model, mode: EDITING }, "Nothing was changed."));
    default:
      return only(model);
  }
}

function secretGiven(model: Model, { wish, given, text }: SecretMode): Step {
  const next = { ...model, mode: EDITING };
  if (text === "") return only(told(next, "Nothing was typed, and nothing was changed."));
  const all = [...given, text];
  const wanted = wish === "register" ? 2 : 3;
  if (all.length < wanted) {
    return only({ ...model, mode: { kind: "secret", wish, given: all, text: "" } });
  }
  const [again, password = ""] = all.reverse();
  if (again !== password) {
    return only(told(next, "The two are not the same: nothing was changed.", { tone: "error" }));
  }
  const [old = ""] = given;
  return {
    model: next,
    effects: [
      wish === "register" ? { kind: "register", password } : { kind: "password", old, password },
    ],
  };
}
