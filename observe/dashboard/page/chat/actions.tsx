/**
 * The buttons of the chosen message: those that are wanted most, and one for the menu of all.
 *
 * @module
 */

import type { VNode } from "preact";
import { current } from "../state.ts";
import { beginEdit, beginReply } from "./aim.ts";
import { react } from "./changing.ts";
import { menu, openMenu } from "./menu.tsx";
import { REACTIONS, takesReactions } from "./message_menu.ts";
import type { Said } from "./said.ts";

/** The buttons of a message. */
export function Actions({ line }: { readonly line: Said }): VNode {
  const view = current.peek();
  const stands = line.change !== "deleted";
  const [thumb = "👍"] = REACTIONS;
  return (
    <span class="actions" role="group" aria-label={`Message of ${line.from}`}>
      {takesReactions({ line, isRoom: view.kind === "room" }) && (
        <button
          type="button"
          title={`React with ${thumb}`}
          aria-label={`React with ${thumb}`}
          onClick={() => void react(view, line, thumb)}
        >
          {thumb}
        </button>
      )}
      {stands && (
        <button
          type="button"
          title="Reply"
          aria-label="Reply"
          onClick={() => beginReply(view, line)}
        >
          <span aria-hidden="true">↩</span>
        </button>
      )}
      {stands && line.mine && (
        <button
          type="button"
          title="Edit"
          aria-label="Edit"
          onClick={() => beginEdit(view, line)}
        >
          <span aria-hidden="true">✎</span>
        </button>
      )}
      <button
        type="button"
        class="more"
        title="More"
        aria-label="More"
        aria-haspopup="menu"
        aria-expanded={menu.value?.line?.seq === line.seq}
        onClick={({ currentTarget }) =>
          openMenu({ view, line, name: line.from, opener: currentTarget })}
      >
        <span aria-hidden="true">⋯</span>
      </button>
    </span>
  );
}
