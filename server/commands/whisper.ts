/**
 * `Whisper`: says something to one user who is here, or to an account that is away.
 *
 * @module
 */

import type { Whisper } from "../wire/mod.ts";
import { pairStream } from "../store/streams.ts";
import { refuseContent, refuseReply } from "./content.ts";
import { noSuchUser, somebodyElse } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Says it to one user. */
export function whisper(
  asker: UserView,
  hall: HallView,
  said: Whisper,
): readonly Effect[] {
  const { to, toTag } = said;
  const user = hall.user(to) ?? hall.away(to);
  if (user === undefined) return [noSuchUser(to)];
  if (toTag !== undefined && toTag !== user.tag) return [somebodyElse(to)];
  const head = (): number => hall.head(pairStream(asker.key, user.key));
  return [refuseContent(said) ?? refuseReply(said, head) ?? { do: "whisper", to: user.key, said }];
}
