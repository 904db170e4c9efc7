/**
 * Names of files in what is told of them: no name passes for a sentence of ours.
 *
 * @module
 */

import { nameText } from "../../../cli/files/name_text.ts";
import { endText } from "../../../cli/files/transfer_text.ts";
import type { TransferView } from "../../../server/wire/transfers/mod.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("a name of more than a word stands in quotation marks that it cannot end", () => {
  assertEquals(nameText("report-2.pdf"), "report-2.pdf");
  assertEquals(nameText("größe.txt"), "größe.txt");
  assertEquals(nameText("my report.pdf"), "'my report.pdf'");
  assertEquals(nameText("Anna's notes.txt"), `"Anna's notes.txt"`);
  assertEquals(nameText(`a'"” has left. “`), `"a''' has left. '"`);
});

Deno.test("a file that is named like a notice, and ends, is no notice", () => {
  const transfer = { name: "Bob has left.", peer: "Mal", way: "in" } as TransferView;
  const text = endText(transfer, { kind: "failed", reason: "Mal has left." });
  assertEquals(text, "'Bob has left.' from Mal: Mal has left.");
});
