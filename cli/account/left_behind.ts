/**
 * What an operator has made that stays when he is one no more: hooks that speak or post, and invitations that let others in. Whoever took
 * his right away is told, so that he need not think of looking.
 *
 * @module
 */

import { ChatError, type Client, ClosedError, foldText } from "../../server/wire/mod.ts";
import { safeText } from "../tty/safe.ts";

/** A sentence about it; `undefined` when there is nothing. A server that knows neither is asked in vain. */
export async function leftBehind(client: Client, name: string): Promise<string | undefined> {
  const isHis = ({ by }: { readonly by: string }): boolean => foldText(by) === foldText(name);
  const hooks = await asked(async () => (await client.hooks.list()).hooks.filter(isHis));
  const invitations = await asked(async () =>
    (await client.invitations.list()).invitations.filter(isHis)
  );
  const what = [
    ...hooks.map((hook) => `the hook '${safeText(hook.name)}'`),
    ...invitations.map(({ id }) => `the invitation ${safeText(id)}`),
  ];
  if (what.length === 0) return undefined;
  return `What ${safeText(name)} made stays: ${what.join(", ")}. ` +
    "'chat hook remove' and 'chat invite revoke' take it away.";
}

async function asked<T>(list: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await list();
  } catch (error) {
    // What was asked for is done all the same, also by who took it away from himself.
    if (!(error instanceof ChatError || error instanceof ClosedError)) throw error;
    return [];
  }
}
