/**
 * Signs with which a client says something itself beside people's words: what a message is a reply to, and that it was deleted.
 *
 * ```text
 *   ben  ↪ anna: I resign.         a reply: what stands behind the sign is anna's
 *        Agreed.
 *   ben  → anna: I resign.         ben's own words, who typed the sign
 *        Agreed.
 * ```
 *
 * Whoever may type them could put words into somebody's mouth. So in what people say an arrow of that kind is shown as a plain
 * one, the cross with which a line begins as a letter before a bracket, and `(edited by anna)` at the end of a line in square
 * brackets, and the dotted line before reactions as a colon; everything else stays. Only what is shown is changed: who edits a message has it as it was typed. Pure.
 *
 * @module
 */

/** Arrows that are the sign of a reply, or look like it. */
const REPLY = /[↪↩↳↲↴⤷⤶⮎⮡⮠⮐⮑➥➦]\ufe0f?/gu;
/** The sign of a message without words, and what looks like it. */
const DELETED = /^(\s*)[×✕✖✗✘⨯⨉╳]\ufe0f?(?=[\s\p{Default_Ignorable_Code_Point}]*[(（])/gmu;

/** What stands behind words that were changed. */
const CHANGED = /[(（](edited(?:\s+by\s[^()（）\n]{0,64})?)[)）](?=\s*$)/gmu;

/** The sign of reactions. A terminal may show no other difference. */
export const REACTED_SIGN = "┊";
/** That, and what looks like it. */
const REACTED = /[┆┇┊┋╎╏⁝⁞⋮︙]/gu;

/** People's words without the signs that are the client's own. */
export function withoutSigns(words: string): string {
  return words.replace(REPLY, "→").replace(DELETED, "$1x").replace(CHANGED, "[$1]")
    .replace(REACTED, ":");
}
