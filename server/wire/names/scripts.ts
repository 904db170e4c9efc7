/**
 * Whether the letters of a name may meet: the "highly restrictive" level of Unicode Technical Standard 39, §5.2.
 *
 * Letters, and the marks and digits of a script, are of one script, or of scripts that are written together (Japanese, Korean, Chinese, each with Latin).
 * That also keeps left-to-right and right-to-left letters out of one name. Letters of a script that is younger than
 * the table of look-alikes are of no script here: nobody could say what they look like.
 *
 * Nothing is computed before the first name that is not ASCII: a page that only compares names loads none of it.
 *
 * @module
 */

const CJK = "Latin Han Hiragana Katakana Hangul Bopomofo";
const USUAL =
  "Cyrillic Greek Armenian Georgian Hebrew Arabic Devanagari Bengali Gurmukhi Gujarati " +
  "Tamil Telugu Kannada Malayalam Sinhala Thai Lao Khmer Myanmar Tibetan Ethiopic Cherokee";
/** The others of Unicode 13: they are asked only when none of the usual ones has a letter. */
const RARE = "Adlam Ahom Anatolian_Hieroglyphs Avestan Balinese Bamum Bassa_Vah Batak Bhaiksuki " +
  "Brahmi Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Chorasmian " +
  "Coptic Cuneiform Cypriot Deseret Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan " +
  "Elymaic Glagolitic Gothic Grantha Gunjala_Gondi Hanifi_Rohingya Hanunoo Hatran " +
  "Imperial_Aramaic Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kayah_Li " +
  "Kharoshthi Khitan_Small_Script Khojki Khudawadi Lepcha Limbu Linear_A Linear_B Lisu Lycian " +
  "Lydian Mahajani Makasar Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek " +
  "Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Nabataean " +
  "Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian " +
  "Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic " +
  "Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi " +
  "Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham Sogdian Sora_Sompeng Soyombo " +
  "Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tangut Thaana " +
  "Tifinagh Tirhuta Ugaritic Vai Wancho Warang_Citi Yezidi Yi Zanabazar_Square";

/** Sets of scripts that may meet in one name. */
const TOGETHER: readonly (readonly string[])[] = [
  ["Latin", "Han", "Hiragana", "Katakana"],
  ["Latin", "Han", "Hangul"],
  ["Latin", "Han", "Bopomofo"],
];

type Script = readonly [name: string, has: RegExp];

/** A writing: scripts of which the letters of one name may be. */
type Writing = readonly Script[];

let usual: readonly Script[] | undefined;
let rare: readonly Script[] | undefined;
let together: readonly Writing[] | undefined;

/**
 * Whether some set of scripts that are written together has all letters of `name`.
 *
 * All scripts are asked for the first letter only, and then those that are left: a name costs the same in whatever script.
 */
export function isOneWriting(name: string): boolean {
  const letters = [...name].filter(hasScript);
  const [first] = letters;
  if (first === undefined) return true;
  usual ??= scripts(`${CJK} ${USUAL}`);
  together ??= TOGETHER.map((names) => usual?.filter(([name]) => names.includes(name)) ?? []);
  let writings: readonly Writing[] = [...together, ...scriptsOf(first).map((script) => [script])];
  for (const letter of letters) {
    writings = writings.filter((writing) => writing.some(([, has]) => has.test(letter)));
    if (writings.length === 0) return false;
  }
  return true;
}

/**
 * Letters, and the marks and digits that are of a script: Burmese marks on Latin letters may look like nothing, and an
 * Arabic zero like a full stop.
 */
function hasScript(char: string): boolean {
  return /\p{L}/u.test(char) ||
    (/[\p{M}\p{Nd}]/u.test(char) && !/\p{scx=Common}|\p{scx=Inherited}/u.test(char));
}

function scriptsOf(char: string): readonly Script[] {
  const found = (usual ??= scripts(`${CJK} ${USUAL}`)).filter(([, has]) => has.test(char));
  return found.length > 0 ? found : (rare ??= scripts(RARE)).filter(([, has]) => has.test(char));
}

function scripts(names: string): Script[] {
  return names.split(" ").map((name) => [name, new RegExp(`\\p{Script_Extensions=${name}}`, "u")]);
}
