/**
 * Letters that are signs to the eye: with them a name would end like a sentence, a question or a quotation.
 *
 * Letters of daily use that happen to look like a stroke (Hebrew yod, Katakana no) are letters. A test compares the list
 * with Unicode's table of look-alikes.
 *
 * @module
 */

/** As ranges of a regular expression. */
const SIGN_LIKE: readonly string[] = [
  // Clicks, glottal stops, the Tironian et, saltillos, and letters that only modify the one before.
  "\\u01C0-\\u01C3\\u0241\\u0242\\u0294-\\u0296\\u02B0-\\u02FF\\u0559\\u0971\\uA778\\uA78B\\uA78C\\uA78F",
  // Strokes that lengthen or repeat what is before them: Arabic, N'Ko, Kana written downwards.
  "\\u0640\\u07FA\\u3031-\\u3035",
  // Tones of Lisu and N'Ko, written as full stops, commas, colons and apostrophes.
  "\\uA4F8-\\uA4FD\\u07F4\\u07F5",
  // Dots and bars of syllabics, Tifinagh, Coptic, Runic, Miao, Warang Citi, Carian and Old Italic.
  "\\u1427\\u144A\\u16B2\\u16CC\\u2CB4\\u2CBA\\u2CC6\\u2D48\\u2D51\\u2D63",
  "\\u{1029B}\\u{1031F}\\u{118A8}\\u{16F3F}\\u{16F51}\\u{16F52}",
  // Marks of music.
  "\\u{1D165}-\\u{1D1FF}",
];

/** Made when the first name comes that is not ASCII. */
let signLike: RegExp | undefined;

/** Whether a name has a letter that looks like a sign. */
export function looksSigned(name: string): boolean {
  signLike ??= new RegExp(`[${SIGN_LIKE.join("")}]`, "u");
  return signLike.test(name);
}
