/**
 * The way out: to the address that was judged, and to nobody who cannot prove the name.
 *
 * @module
 */

import { selfSigned } from "../../../cli/tls/self_signed.ts";
import { realOutside } from "../../../server/hooks/outside.ts";
import { post } from "../../../server/hooks/post.ts";
import { assert, assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";

const pair = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });

/** Posts over TLS to a server that shows that certificate. */
async function postTo(caCerts: readonly string[], name: string) {
  const answered: string[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, ...pair, onListen: () => {} },
    async (request) => {
      answered.push(await request.text());
      return new Response(null, { status: 204 });
    },
  );
  const real = realOutside(caCerts);
  const outside = { ...real, lookUp: () => Promise.resolve(["127.0.0.1"]) };
  const { port } = server.addr;
  const posted = await post({ url: `https://${name}:${port}/`, headers: {}, body: utf8("hi") }, {
    outside,
    mayReach: () => true,
    signal: new AbortController().signal,
  });
  return { posted, answered };
}

Deno.test("over TLS it is posted to whoever proves the name of the URL", async () => {
  const { posted, answered } = await postTo([pair.cert], "localhost");
  assertEquals([posted.kind, answered], ["taken", ["hi"]]);
});

Deno.test("nothing is posted to whoever proves another name, or is vouched for by nobody", async () => {
  for (const [certs, name] of [[[pair.cert], "other.example"], [[], "localhost"]] as const) {
    const { posted, answered } = await postTo(certs, name);
    assert(posted.kind === "failed" && posted.why !== "", Deno.inspect(posted));
    assertEquals(answered, []);
  }
});

Deno.test("a name is looked up as the machine does, and an address is itself", async () => {
  const { lookUp } = realOutside();
  assert((await lookUp("localhost")).some((one) => one === "127.0.0.1" || one === "::1"));
  assertEquals(await lookUp("127.0.0.1"), ["127.0.0.1"]);
});

Deno.test("who takes a connection and says nothing is given up when the server ends", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const end = new AbortController();
  const posting = post(
    { url: `http://127.0.0.1:${listener.addr.port}/`, headers: {}, body: utf8("hi") },
    { outside: realOutside(), mayReach: () => true, signal: end.signal },
  );
  using _conn = await accepted;
  end.abort();
  assertEquals((await posting).kind, "failed");
});
