/**
 * The form of a deed: what it means, for how long and why, and a button that does it.
 *
 * @module
 */

import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type Deed, deed, doDeed, TIMES, wordsOf } from "./deeds.ts";
import { draft } from "./draft.ts";

const refusal = signal("");

/** The form, while something is to be done. */
export function DeedForm(): VNode | null {
  const wanted = deed.value;
  return wanted === undefined ? null : <Fields key={keyOf(wanted)} wanted={wanted} />;
}

function keyOf({ act, name, seq = 0 }: Deed): string {
  return `${act} ${seq} ${name}`;
}

function Fields({ wanted }: { readonly wanted: Deed }): VNode {
  const form = useRef<HTMLFormElement>(null);
  const { title, effect, button } = wordsOf(wanted);
  const { act } = wanted;
  useEffect(() => {
    refusal.value = "";
    form.current?.querySelector<HTMLElement>("select, input, button")?.focus();
  }, []);
  return (
    <form
      class="secret"
      ref={form}
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget, wanted);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") end();
      }}
    >
      <p class="deed-title">
        <strong>
          <bdi>{title}</bdi>
        </strong>{" "}
        <span class="quiet-words">{effect}</span>
      </p>
      {(act === "mute" || act === "ban") && (
        <label>
          For how long
          <select name="seconds">
            {TIMES.map(([seconds, label]) => (
              <option key={seconds} value={seconds}>{label}</option>
            ))}
          </select>
        </label>
      )}
      {act !== "delete" && (
        <label>
          {act === "report" ? "What is wrong with it (may stay empty)" : "Why (everybody reads it)"}
          <input name="why" type="text" autocomplete="off" maxLength={200} />
        </label>
      )}
      <span class="secret-buttons">
        <button type="submit" class="send grave">{button}</button>
        <button type="button" class="quiet" onClick={end}>Cancel</button>
      </span>
      <p class="secret-why" role="alert">{refusal.value}</p>
    </form>
  );
}

async function submit(form: HTMLFormElement, wanted: Deed): Promise<void> {
  const fields = new FormData(form);
  const why = await doDeed(wanted, {
    why: String(fields.get("why") ?? ""),
    seconds: Number(fields.get("seconds") ?? 0),
  });
  if (deed.value !== wanted) return;
  if (why === undefined) end();
  else refusal.value = why;
}

function end(): void {
  deed.value = undefined;
  draft.focus();
}
