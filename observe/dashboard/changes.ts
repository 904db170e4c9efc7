/**
 * What a page asks about something that was said, and about order in a room: done by the one chat client that all pages share.
 *
 * @module
 */

import type { Client, MessageDeleted, MessageEdited } from "../../server/wire/in_browser/mod.ts";
import { aboutRoom, orderAnswer } from "../../talk/mod.ts";
import type { Answer, Asked } from "./page_messages.ts";
import { isAskable } from "./askable.ts";

/** A request of these. */
export type ChangeAsked = Extract<
  Asked,
  { type: "edit" | "delete" | "react" | "order" | "rank" | "report" }
>;

/** The answer to such a request. @throws {ChatError | ClosedError} When it is refused. */
export async function answerChange(
  request: ChangeAsked,
  { client, told }: {
    readonly client: Client;
    /** What a whisper says from now on: in a room everybody is told, the pages too. */
    readonly told: (change: MessageEdited | MessageDeleted) => void;
  },
): Promise<Answer> {
  switch (request.type) {
    case "edit":
    case "delete": {
      const { room, with: other, seq } = request;
      const said = other === undefined ? { seq, ...(room === undefined ? {} : { room }) } : {
        seq,
        with: other,
      };
      const answer = request.type === "edit"
        ? await client.changes.edit(said, request.content)
        : await client.changes.delete(said);
      if (answer.type !== "Ack") told(answer);
      return { kind: "done" };
    }
    case "react": {
      const { room, seq, emoji, on } = request;
      await client.changes.react({ room, seq }, emoji, on);
      return { kind: "done" };
    }
    case "order": {
      const { room, ask } = request;
      return answered(
        orderAnswer(ask.type, await client.order.request(aboutRoom(ask, room)), Date.now()),
      );
    }
    case "rank": {
      const { rank, moderators } = await client.order.show(request.room);
      return { kind: "rank", rank, moderators: moderators.filter(isAskable) };
    }
    case "report": {
      const { room, seq, why } = request;
      const reason = why === undefined ? {} : { why };
      const answer = await client.order.report({ room, seq, ...reason });
      return answered(orderAnswer("Report", answer, Date.now()));
    }
    default:
      return request satisfies never;
  }
}

function answered(sentences: readonly string[]): Answer {
  if (sentences.length === 0) return { kind: "done" };
  return { kind: "told", sentence: sentences.join("\n") };
}
