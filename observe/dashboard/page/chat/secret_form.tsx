/**
 * Where a password is typed: fields that show nothing, and that the browser's own keeper of passwords knows. What was typed
 * is in them alone, and gone with them.
 *
 * @module
 */

import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { secretFor, submitSecret } from "./account.ts";
import { draft } from "./draft.ts";
import { me } from "../state.ts";

const refusal = signal("");

/** The form, while a password is asked for. */
export function SecretForm(): VNode | null {
  const what = secretFor.value;
  return what === undefined ? null : <Fields key={what} changes={what === "password"} />;
}

function Fields({ changes }: { readonly changes: boolean }): VNode {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    refusal.value = "";
    form.current?.querySelector<HTMLInputElement>("input[type=password]")?.focus();
  }, []);
  return (
    <form
      class="secret"
      ref={form}
      aria-label={changes ? "Change your password" : `Make ${me.value} yours`}
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") end();
      }}
    >
      <p class="deed-title">
        <strong>
          {changes ? "Change your password" : (
            <>
              Make <bdi>{me.value}</bdi> yours
            </>
          )}
        </strong>{" "}
        {!changes && <span class="quiet-words">With a password nobody else can be it.</span>}
      </p>
      <input
        class="hidden"
        type="text"
        aria-label="Name"
        tabIndex={-1}
        autocomplete="username"
        value={me.value}
        readOnly
      />
      {changes && <Field name="old" label="Old password" complete="current-password" />}
      <Field name="fresh" label="New password" complete="new-password" />
      <Field name="again" label="The same again" complete="new-password" />
      <span class="secret-buttons">
        <button type="submit" class="send">{changes ? "Change" : "Register"}</button>
        <button type="button" class="quiet" onClick={end}>Cancel</button>
      </span>
      <p class="secret-why" role="alert">{refusal.value}</p>
    </form>
  );
}

function Field(
  { name, label, complete }: {
    readonly name: string;
    readonly label: string;
    readonly complete: "current-password" | "new-password";
  },
): VNode {
  return (
    <label>
      {label}
      <input name={name} type="password" autocomplete={complete} maxLength={256} required />
    </label>
  );
}

async function submit(form: HTMLFormElement): Promise<void> {
  const fields = new FormData(form);
  const text = (name: string): string => String(fields.get(name) ?? "");
  if (text("fresh") !== text("again")) {
    refusal.value = "The two are not the same.";
    return;
  }
  const why = await submitSecret(text("old"), text("fresh"));
  if (why === undefined) end();
  else refusal.value = why;
}

function end(): void {
  secretFor.value = undefined;
  draft.focus();
}
