/**
 * Does what an entry of a menu says.
 *
 * @module
 */

import { connection } from "../connection.ts";
import { beginEdit, beginReply } from "./aim.ts";
import { deed } from "./deeds.ts";
import { draft } from "./draft.ts";
import { ignore, unignore } from "./ignoring.ts";
import type { Act } from "./message_menu.ts";
import { query, tell } from "./places.ts";
import type { Said } from "./said.ts";
import type { View } from "./view.ts";
import { showWay } from "./way.ts";

/** Does it, about a message or about who said it. */
export function act(
  what: Act,
  { view, line, name }: {
    readonly view: View;
    readonly line: Said | undefined;
    readonly name: string;
  },
): void {
  switch (what) {
    case "reply":
      return line && beginReply(view, line);
    case "edit":
      return line && beginEdit(view, line);
    case "way":
      return line && void showWay(view.name, line.seq);
    case "delete":
    case "report":
    case "mute":
    case "kick":
    case "ban":
      deed.value = { act: what, view, name, ...(line === undefined ? {} : { seq: line.seq }) };
      return;
    case "whisper":
      return query(name, draft.read());
    case "ignore":
      return ignore(name);
    case "unignore":
      return unignore(name);
    case "promote":
    case "demote":
      return void setModerator(view, what, name);
    default:
      what satisfies never;
  }
}

async function setModerator(view: View, what: "promote" | "demote", name: string): Promise<void> {
  const ask = { type: "Room", [what]: name } as const;
  const answer = await connection.ask({ type: "order", room: view.name, ask });
  if (answer.kind === "refused") tell(answer.sentence, "error");
  else if (answer.kind === "told") tell(answer.sentence);
}
