/**
 * What a store may show: the picture of a model behind each of its changes.
 *
 * A long run asks after each change anew, and all but the last picture are those of the time before. So a model is kept, and
 * goes on from there; only when a change is taken back, which did not come to be, all are drawn again.
 *
 * @module
 */

import { type Change, Model } from "./model.ts";

/** Draws pictures. */
export class Pictures {
  #model = new Model();
  #changes: Change[] = [];
  #pictures: string[] = [this.#model.picture()];

  /** The picture of nothing, and that behind each change. */
  of(changes: readonly Change[]): readonly string[] {
    if (this.#changes.some((change, i) => change !== changes[i])) {
      this.#model = new Model();
      this.#changes = [];
      this.#pictures = [this.#model.picture()];
    }
    for (const change of changes.slice(this.#changes.length)) {
      change(this.#model);
      this.#changes.push(change);
      this.#pictures.push(this.#model.picture());
    }
    return [...this.#pictures];
  }
}
