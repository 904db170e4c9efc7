/**
 * Does what a typed line asks for.
 *
 * @module
 */

import { HELP, parseLine } from "./commands.ts";
import { connection } from "./connection.ts";
import { opened, query, tell } from "./places.ts";
import { join, leave, listRooms } from "./membership.ts";
import { say } from "./saying.ts";
import { changed, current, ignored } from "./state.ts";
import { folded } from "./view.ts";

/** Does what a typed line means. */
export async function entered(line: string): Promise<void> {
  const wish = parseLine(line);
  const view = current.value;
  switch (wish?.kind) {
    case undefined:
      return;
    case "say":
      return await say(view, wish.text);
    case "whisper":
      query(wish.to, "");
      return await say(opened("private", wish.to), wish.text);
    case "query":
      return query(wish.name, "");
    case "join":
      return await join(wish.room);
    case "leave":
      return await leave(view);
    case "topic": {
      if (view.kind === "private") return tell("Only rooms have a topic.", "error");
      const { text: topic } = wish;
      const answer = await connection.ask({ type: "topic", room: view.name, topic });
      if (answer.kind === "refused") tell(answer.sentence, "error");
      return;
    }
    case "names":
    case "list": {
      const here = wish.kind === "names" && view.kind === "room";
      const of = here ? { room: view.name } : {};
      const answer = await connection.ask({ type: "people", ...of });
      if (answer.kind !== "people") return;
      const title = here ? `In ${view.name}` : "Online";
      return tell(`${title} (${answer.people.length}): ${answer.people.join(", ")}`);
    }
    case "rooms": {
      const rooms = await listRooms();
      return tell(`Rooms: ${rooms.map(({ name, users }) => `${name} (${users})`).join(", ")}`);
    }
    case "ignore":
      ignored.add(folded(wish.name));
      return tell(`What ${wish.name} says from now on is hidden.`);
    case "unignore":
      ignored.delete(folded(wish.name));
      return tell(`You read ${wish.name} again.`);
    case "clear":
      view.clear();
      return changed();
    case "help":
      return tell(HELP.join("\n"));
    case "problem":
      return tell(wish.sentence, "error");
    default:
      wish satisfies never;
  }
}
