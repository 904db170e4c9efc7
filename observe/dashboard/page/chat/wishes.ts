/**
 * Does what a typed line asks for.
 *
 * @module
 */

import { bell } from "./bell.ts";
import { type Bell, GUESTS_EXPLAINED, shownName } from "../../../../talk/mod.ts";
import { askSecret, listDevices, revoke } from "./account.ts";
import { change, keepOrder } from "./changing.ts";
import { help, parseLine, type Wish } from "./commands.ts";
import { connection } from "../connection.ts";
import { askOlder } from "./history.ts";
import { ignore, unignore } from "./ignoring.ts";
import { join, leave, listRooms } from "./membership.ts";
import { look, openView, query, tell } from "./places.ts";
import { say, settle } from "./saying.ts";
import { tellTyping } from "./typing.tsx";
import { accountSeen, changed, current, views, whisperedLast } from "../state.ts";
import { type View, viewKey } from "./view.ts";

/** What is said about each setting of the bell. */
const BELL_SENTENCES: Readonly<Record<Bell, string>> = {
  off: "The page makes no sound.",
  mention:
    "The page makes a sound when somebody names you or whispers to you while you look elsewhere.",
  all: "The page makes a sound for every message that comes while you look elsewhere.",
};

/** Does what a typed line means. @param upTo Up to which message it means what others said. */
export async function entered(line: string, upTo: number): Promise<void> {
  const wish = parseLine(line);
  if (wish !== undefined) await granted(wish, { view: current.value, upTo });
}

async function granted(
  wish: Wish,
  { view, upTo }: { readonly view: View; readonly upTo: number },
): Promise<void> {
  switch (wish.kind) {
    case "say":
      return await say(view, wish.text);
    case "whisper":
      return await whisper(wish.to, wish.text);
    case "reply": {
      const to = view.kind === "private" ? view.name : whisperedLast.value;
      if (to === undefined) return tell("Nobody has written to you yet.", "error");
      return await whisper(to, wish.text);
    }
    case "edit":
    case "delete":
    case "quote":
    case "react":
      return await change(wish, view, upTo);
    case "order":
    case "report":
      return await keepOrder(wish, view, upTo);
    case "query":
      return query(wish.name, "");
    case "join": {
      const key = viewKey("room", wish.room);
      return views.value.some((one) => one.key === key) ? look(key, "") : await join(wish.room);
    }
    case "leave":
      return await leaveNamed(wish.name, view);
    case "topic":
      return await setTopic(view, wish.text);
    case "names":
      if (view.kind === "private") return tell(`${view.name} and you.`);
      return await listPeople(`In ${view.name}`, { room: view.name });
    case "list":
      return await listPeople("Online", {});
    case "rooms": {
      const rooms = await listRooms();
      return tell(`Rooms: ${rooms.map(({ name, users }) => `${name} (${users})`).join(", ")}`);
    }
    case "history": {
      if (view.older === "none") return tell("There are no older messages.");
      const count = await askOlder(view, wish.count);
      return count === undefined ? undefined : tell(`${count} older messages stand above.`);
    }
    case "bell":
      bell.value = wish.bell ?? bell.value;
      return tell(BELL_SENTENCES[bell.value]);
    case "typing":
      return tell(
        tellTyping(wish.on)
          ? "Rooms that want it are told when you type."
          : "Nobody is told that you type.",
      );
    case "ignore":
      return ignore(wish.name);
    case "unignore":
      return unignore(wish.name);
    case "retry":
    case "discard":
      return settle(view, wish.kind) ? undefined : tell("Nothing here was refused.");
    case "clear":
      view.clear();
      return changed();
    case "register":
    case "password":
      return askSecret(wish.kind);
    case "devices":
      return await listDevices();
    case "revoke":
      return await revoke(wish.device);
    case "help":
      return tell(help(wish.command));
    case "problem":
      return tell(wish.sentence, "error");
    default:
      wish satisfies never;
  }
}

async function whisper(to: string, text: string): Promise<void> {
  query(to, "");
  await say(openView("private", to), text);
}

async function leaveNamed(name: string | undefined, here: View): Promise<void> {
  const keys = [viewKey("room", name ?? ""), viewKey("private", name ?? "")];
  const view = name === undefined ? here : views.value.find(({ key }) => keys.includes(key));
  if (view === undefined) return tell(`You are not in '${name}'.`, "error");
  await leave(view);
}

async function setTopic(view: View, topic: string): Promise<void> {
  if (view.kind === "private") return tell("Only rooms have a topic.", "error");
  const answer = await connection.ask({ type: "topic", room: view.name, topic });
  if (answer.kind === "refused") tell(answer.sentence, "error");
}

async function listPeople(title: string, of: { readonly room?: string }): Promise<void> {
  const answer = await connection.ask({ type: "people", ...of });
  if (answer.kind === "refused") return tell(answer.sentence, "error");
  if (answer.kind !== "people") return;
  const proved = new Set(answer.accounts);
  if (proved.size > 0) accountSeen.value = true;
  const isGuest = (name: string): boolean => accountSeen.value && !proved.has(name);
  const names = answer.people.map((name) => shownName(name, isGuest(name)));
  const legend = answer.people.some(isGuest) ? ` (${GUESTS_EXPLAINED})` : "";
  tell(`${title} (${answer.people.length}): ${names.join(", ")}${legend}`);
}
