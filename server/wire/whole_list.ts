/**
 * What takes more than one question: lists that come in pages, pages that must be looked for, and whose name it is.
 *
 * @module
 */

import { HISTORY_STEPS_MAX, LIST_PAGES_MAX } from "./limits.ts";
import type {
  AccountList,
  History,
  HistoryPage,
  ListUsers,
  RoomList,
  UserList,
  Welcome,
} from "./messages.ts";

/** Where a page is to begin; at first nothing. */
type After = { readonly after?: string };

/** All users of a list. @param ask Asks for a page. */
export async function allUsers(ask: (after: After) => Promise<UserList>): Promise<UserList> {
  const { more: _, ...list } = await gather(ask, ({ users }) => users.at(-1), (list, page) => ({
    ...page,
    users: [...list.users, ...page.users],
    ...(page.accounts === undefined
      ? {}
      : { accounts: [...list.accounts ?? [], ...page.accounts] }),
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

/** All accounts of a server. @param ask Asks for a page. */
export async function allAccounts(
  ask: (after: After) => Promise<AccountList>,
): Promise<AccountList> {
  const { more: _, ...list } = await gather(
    ask,
    ({ accounts }) => accounts.at(-1)?.name,
    (list, page) => ({ ...page, accounts: [...list.accounts, ...page.accounts] }),
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

/** The public tag of the session that has a name now; `undefined` from a server that does not know tags. */
export async function askTag(
  { tag }: Welcome,
  user: string,
  ask: (question: ListUsers) => Promise<UserList>,
): Promise<string | undefined> {
  return tag === undefined ? undefined : (await ask({ type: "ListUsers", user })).tag;
}

/** A page of history that holds something: the server may have looked through much that is not the asker's. */
export async function filledPage(
  question: History,
  ask: (question: History) => Promise<HistoryPage>,
): Promise<HistoryPage> {
  for (let steps = 1;; steps++) {
    const page = await ask(question);
    const { messages, next } = page;
    if (messages.length > 0 || next === undefined || steps === HISTORY_STEPS_MAX) return page;
    question = { ...question, [question.after === undefined ? "before" : "after"]: next };
  }
}
