/**
 * The way in: a name, and a password where the name is somebody's or the server wants one. What is asked for depends on who may come
 * in (`--accounts`), which the page's own file says.
 *
 * A password is in its field alone, which the browser's own keeper of passwords knows, and gone with it.
 *
 * @module
 */

import { signal } from "@preact/signals";
import type { TargetedSubmitEvent, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { VisitorSource } from "./source.ts";
import type { WayIn } from "./way_in.ts";

/** Who may come in, as the server was started. */
type Mode = "open" | "required" | "closed" | "off";

const MODES: readonly string[] = ["open", "required", "closed", "off"] satisfies Mode[];

const PASSWORD_CHARS_MAX = 256;
const NAME_CHARS_MAX = 32;

const refusal = signal("");
const trying = signal(false);
/** The reader makes the name their own with the password. */
const registers = signal(false);

const SENTENCES: Readonly<Record<Mode, string>> = {
  open: "Choose a name. A name that is somebody's needs its password.",
  required: "This chat is for those who have an account.",
  closed: "This chat is for those for whom its operator made an account.",
  off: "Choose a name.",
};

const INVITED = "You are invited. Choose a name; a name that is yours needs its password.";

/** The form. */
export function WayInForm(
  { name = "", why = "", invited = false, source }: WayIn & { readonly source: VisitorSource },
): VNode {
  const form = useRef<HTMLFormElement>(null);
  const mode = modeOf(document.documentElement.dataset["accounts"]);
  useEffect(() => {
    refusal.value = why;
    const empty = name === "" ? "name" : "password";
    form.current?.querySelector<HTMLInputElement>(`input[name=${empty}]`)?.focus();
  }, [why]);
  const mayRegister = mode === "open" || mode === "required" || invited && mode !== "off";
  const isAsked = !invited && (mode === "required" || mode === "closed");
  const needsPassword = isAsked || registers.value;
  return (
    <main class="door">
      <h1>chat</h1>
      <form
        ref={form}
        aria-label="Come in"
        onSubmit={(event) => {
          event.preventDefault();
          if (!trying.value) void comeIn(source, event);
        }}
      >
        <p>{invited ? INVITED : SENTENCES[mode]}</p>
        <label>
          Name
          <input
            name="name"
            type="text"
            autocomplete="username"
            autocapitalize="off"
            spellcheck={false}
            defaultValue={name}
            maxLength={NAME_CHARS_MAX}
            required
            aria-describedby="door-why"
          />
        </label>
        {mode !== "off" && (
          <label>
            {needsPassword ? "Password" : "Password, if the name is yours"}
            <input
              name="password"
              type="password"
              autocomplete={registers.value ? "new-password" : "current-password"}
              maxLength={PASSWORD_CHARS_MAX}
              required={needsPassword}
              aria-describedby="door-why"
            />
          </label>
        )}
        {registers.value && (
          <label>
            The same again
            <input
              name="again"
              type="password"
              autocomplete="new-password"
              maxLength={PASSWORD_CHARS_MAX}
              required
            />
          </label>
        )}
        {mayRegister && (
          <label class="door-choice">
            <input
              type="checkbox"
              checked={registers.value}
              onChange={({ currentTarget }) => registers.value = currentTarget.checked}
            />
            Make this name mine
          </label>
        )}
        <p class="secret-why" id="door-why" role="alert">{refusal.value}</p>
        <button type="submit" class="send" disabled={trying.value}>
          {trying.value ? "Coming in…" : "Come in"}
        </button>
        <p class="note">
          To <bdi>{location.host}</bdi>.
          {mode !== "off" && " This browser asks for a password once, until you log out."}
        </p>
      </form>
    </main>
  );
}

async function comeIn(
  source: VisitorSource,
  { currentTarget: form }: TargetedSubmitEvent<HTMLFormElement>,
): Promise<void> {
  const fields = new FormData(form);
  const text = (name: string): string => String(fields.get(name) ?? "");
  const [name, password, again] = [text("name").trim(), text("password"), text("again")];
  if (registers.value && password !== again) {
    refusal.value = "The two passwords are not the same.";
    return;
  }
  trying.value = true;
  refusal.value = "";
  const why = await source.enter({
    name,
    ...(password === "" ? {} : { password }),
    ...(registers.value ? { register: true } : {}),
  });
  trying.value = false;
  if (why === undefined) {
    registers.value = false;
    return;
  }
  refusal.value = why;
  for (const field of form.querySelectorAll<HTMLInputElement>("input[type=password]")) {
    field.value = "";
  }
  const field = form.querySelector<HTMLInputElement>("input[name=password]");
  (field ?? form.querySelector<HTMLInputElement>("input[name=name]"))?.focus();
}

function modeOf(text: string | undefined): Mode {
  return text !== undefined && MODES.includes(text) ? text as Mode : "open";
}
