/**
 * Draws a component again only when one of its properties has changed.
 *
 * @module
 */

import { Component, type ComponentChild, type VNode } from "preact";

/** A component that is skipped while its properties stay the same. */
export function memo<P extends object>(draw: (props: P) => VNode): (props: P) => VNode {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return Object.entries(next).some(([key, value]) => this.props[key as keyof P] !== value);
    }
    override render(props: P): ComponentChild {
      return draw(props);
    }
  }
  return Memo as unknown as (props: P) => VNode;
}
