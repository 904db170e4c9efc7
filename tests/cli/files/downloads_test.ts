/**
 * Where received files go.
 *
 * @module
 */

import { downloadsFrom } from "../../../cli/files/downloads.ts";
import { assertEquals } from "../../assert.ts";

const home = "/home/alice";

Deno.test("the variable counts before the desktop's settings, and they before the default", () => {
  const userDirs = '# comment\nXDG_DESKTOP_DIR="$HOME/Desk"\nXDG_DOWNLOAD_DIR="$HOME/Lade\\"n"\n';
  assertEquals(downloadsFrom({ home, userDirs, downloadDir: "/data/in/" }), "/data/in/chat");
  assertEquals(downloadsFrom({ home, userDirs }), '/home/alice/Lade"n/chat');
  assertEquals(downloadsFrom({ home }), "/home/alice/Downloads/chat");
  assertEquals(downloadsFrom({}), "./Downloads/chat");
});

Deno.test("what is not absolute, commented out or empty is ignored", () => {
  const fallback = "/home/alice/Downloads/chat";
  assertEquals(downloadsFrom({ home, downloadDir: "" }), fallback);
  assertEquals(downloadsFrom({ home, downloadDir: "in" }), fallback);
  assertEquals(downloadsFrom({ home, userDirs: '#XDG_DOWNLOAD_DIR="/x"' }), fallback);
  assertEquals(downloadsFrom({ home, userDirs: 'XDG_DOWNLOAD_DIR="x"' }), fallback);
  assertEquals(downloadsFrom({ home, userDirs: 'XDG_DOWNLOAD_DIR="$HOMELESS/x"' }), fallback);
});

Deno.test("the last setting counts, and it may be the home itself", () => {
  const userDirs = 'XDG_DOWNLOAD_DIR="/old"\n XDG_DOWNLOAD_DIR="$HOME"\n';
  assertEquals(downloadsFrom({ home, userDirs }), "/home/alice/chat");
  assertEquals(downloadsFrom({ home: "/$&", userDirs }), "/$&/chat");
});
