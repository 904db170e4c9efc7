/**
 * A WebSocket library of others, Python's `websockets` as Debian has it, speaks with the server over TLS as over any other server.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { selfSigned } from "../../cli/tls/self_signed.ts";
import { assertEquals } from "../assert.ts";
import { startWeb } from "../server/http/web.ts";
import { testWith } from "../skips.ts";
import { within } from "../within.ts";

const PYTHON = "/usr/bin/python3";
/** Where Debian's `python3-websockets` puts it. */
const LIBRARY = "/usr/lib/python3/dist-packages/websockets/__init__.py";
const CLIENT = fileURLToPath(new URL("websockets_client.py", import.meta.url));
const TALK_MS = 40_000;

testWith(
  [PYTHON, LIBRARY],
  "Python's websockets logs in over wss, says and hears words, pings, and reads why it was closed",
  async () => {
    const pair = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });
    const certificate = await Deno.makeTempFile({ prefix: "chat-websockets-", suffix: ".pem" });
    try {
      await Deno.writeTextFile(certificate, pair.cert);
      await using server = startWeb({ tls: pair });
      const args = [CLIENT, String(server.web), certificate];
      const { code, stdout, stderr } = await within(
        new Deno.Command(PYTHON, { args }).output(),
        "The client",
        TALK_MS,
      );
      const decoder = new TextDecoder();
      assertEquals(code, 0, decoder.decode(stderr));
      assertEquals(JSON.parse(decoder.decode(stdout)), {
        welcome: "Pia",
        ack: "1",
        heard: ["Pia", "grüße, 🫖"],
        pong: true,
        refusal: "bad_frame",
        "refused with": 1003,
        "closed with": 1000,
      });
    } finally {
      await Deno.remove(certificate);
    }
  },
);
