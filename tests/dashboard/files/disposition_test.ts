/**
 * The header under which a browser saves a file.
 *
 * @module
 */

import fc from "fast-check";
import { attachment } from "../../../observe/dashboard/files/disposition.ts";
import { cleanName } from "../../../server/wire/transfers/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("a name is said in ASCII, and whole", () => {
  assertEquals(
    attachment("report.pdf"),
    `attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`,
  );
  assertEquals(
    attachment("Größe (2)'s 100%.txt"),
    `attachment; filename="Gr__e (2)'s 100_.txt"; ` +
      `filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%282%29%27s%20100%25.txt`,
  );
});

Deno.test("no name leaves its header, its folder or its reading direction", () => {
  assertEquals(
    attachment('../../etc/"x"\r\nset-cookie: a=b\u202Etxt.exe'),
    `attachment; filename="_x_ set-cookie_ a=btxt.exe"; ` +
      `filename*=UTF-8''_x_%20set-cookie_%20a%3Dbtxt.exe`,
  );
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (name) => {
    const header = attachment(name);
    const [, plain = "", encoded = ""] =
      /^attachment; filename="([ !#-$&-[\]-~]+)"; filename\*=UTF-8''([\w.~%$&+^`|#-]+)$/.exec(
        header,
      ) ?? [];
    assert(plain !== "" && !/[\/\\]/.test(plain), header);
    assertEquals(decodeURIComponent(encoded), cleanName(name));
  }));
});
