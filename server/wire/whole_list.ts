/**
 * A list that comes in pages, gathered into one.
 *
 * @module
 */

import { LIST_PAGES_MAX } from "./limits.ts";
import type { RoomList, UserList } from "./messages.ts";

/** Where a page is to begin; at first nothing. */
type After = { readonly after?: string };

/** All users of a list. @param ask Asks for a page. */
export async function allUsers(ask: (after: After) => Promise<UserList>): Promise<UserList> {
  const { more: _, ...list } = await gather(ask, ({ users }) => users.at(-1), (list, page) => ({
    ...page,
    users: [...list.users, ...page.users],
  }));
  return list;
}

/** All rooms of a list. @param ask Asks for a page. */
export async function allRooms(ask: (after: After) => Promise<RoomList>): Promise<RoomList> {
  const { more: _, ...list } = await gather(
    ask,
    ({ rooms }) => rooms.at(-1)?.name,
    (list, page) => ({
      ...page,
      rooms: [...list.rooms, ...page.rooms],
    }),
  );
  return list;
}

async function gather<P extends { readonly more?: boolean }>(
  ask: (after: After) => Promise<P>,
  lastOf: (page: P) => string | undefined,
  join: (list: P, page: P) => P,
): Promise<P> {
  let page = await ask({});
  let list = page;
  for (let pages = 1; page.more === true && pages < LIST_PAGES_MAX; pages++) {
    const after = lastOf(page);
    if (after === undefined) break;
    page = await ask({ after });
    list = join(list, page);
  }
  return list;
}
