/**
 * What the model makes of whom its reader does not want to read.
 *
 * From the wish on, nothing of them is told; what stands on the screen stays there. Who else is in a room, and what was said there,
 * is known as ever, so that all is in its place when they are read again.
 *
 * @module
 */

import { foldText } from "../../server/wire/mod.ts";
import { type CommonWish, IGNORED_MAX } from "../../talk/mod.ts";
import { type Model, only, sameName, type Step, told } from "./model.ts";

/** Where it is kept whom somebody ignores, over the end of this program. */
export interface Ignoring {
  /** Whom they ignored when it was read. */
  readonly names: readonly string[];
  /** Keeps that they do, or do not any more. @throws When it cannot be kept. */
  keep(name: string, on: boolean): Promise<void>;
}

/** The model after `/ignore` and `/unignore`. */
export function onIgnoring(
  model: Model,
  { kind, name }: Extract<CommonWish, { kind: "ignore" | "unignore" }>,
): Step {
  if (name === undefined) {
    const names = [...model.ignored.values()].join(", ");
    return only(told(model, names === "" ? "You ignore nobody." : `You ignore ${names}.`));
  }
  const ignored = new Map(model.ignored);
  const key = foldText(name);
  if (kind === "unignore") {
    if (!ignored.delete(key)) return only(told(model, `${name} was not ignored.`));
    return kept(told({ ...model, ignored }, `You read ${name} again.`), name, false);
  }
  if (sameName(name, model.me)) {
    return only(told(model, "You cannot ignore yourself.", { tone: "error" }));
  }
  if (ignored.size >= IGNORED_MAX && !ignored.has(key)) {
    return only(
      told(model, `You ignore ${IGNORED_MAX} names: no more can be kept.`, { tone: "error" }),
    );
  }
  ignored.set(key, name);
  const sentence = `What ${name} says and does from now on is hidden, until /unignore ${name}.`;
  return kept(told({ ...model, ignored }, sentence), name, true);
}

function kept(model: Model, name: string, on: boolean): Step {
  return { model, effects: [{ kind: "ignore", name, on }] };
}
