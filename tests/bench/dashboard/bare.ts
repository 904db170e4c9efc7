/**
 * A page without a browser: a WebSocket that logs in, asks what a page asks when it opens, and reads all that it is told.
 *
 * @module
 */

/** How long a page may take to open, in ms. */
const OPEN_MS_MAX = 10_000;
/** What a page asks when it opens; see enteredRooms in the page. */
const QUESTIONS = [
  { type: "people", id: "people", room: "lobby" },
  { type: "history", id: "history", room: "lobby", limit: 100 },
  { type: "rooms", id: "rooms" },
];

/** A page that is open. */
export interface BarePage extends AsyncDisposable {
  /** Why it is not open any more. */
  readonly broken: string | undefined;
  /** Characters that it was told. */
  readonly told: number;
}

/** Opens a page. */
export async function openBare(
  { origin, token }: { readonly origin: string; readonly token: string },
): Promise<BarePage> {
  const answer = await fetch(`${origin}/login`, {
    method: "POST",
    body: token,
    headers: { origin },
  });
  await answer.body?.cancel();
  const cookie = answer.headers.get("set-cookie")?.split(";")[0];
  if (cookie === undefined) throw new Error(`No login: ${answer.status}`);
  const socket = new WebSocket(`${origin.replace("http", "ws")}/socket`, {
    headers: { origin, cookie },
  });
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const late = setTimeout(() => opened.reject(new Error("A page does not open")), OPEN_MS_MAX);
  let told = 0;
  let ending = false;
  let broken: string | undefined;
  socket.onopen = () => opened.resolve();
  socket.onmessage = ({ data }) => told += String(data).length;
  socket.onclose = ({ code, reason }) => {
    if (!ending) broken = `closed with ${code} ${reason}`.trim();
    opened.reject(new Error("A page was refused"));
    closed.resolve();
  };
  await opened.promise.finally(() => clearTimeout(late));
  for (const question of QUESTIONS) socket.send(JSON.stringify(question));
  return {
    get broken() {
      return broken;
    },
    get told() {
      return told;
    },
    async [Symbol.asyncDispose]() {
      ending = true;
      socket.close();
      await closed.promise;
    },
  };
}
