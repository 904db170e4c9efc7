/**
 * What is said of whispers that waited, before them: the same by the server to who speaks lines and by a client to who reads them. Pure.
 *
 * @module
 */

/** The sentence for somebody's whispers. @param isCut Whether there are more. */
export function waitedText(name: string, count: number, isCut: boolean): string {
  const times = count === 1 ? "once" : `${count} times`;
  return isCut
    ? `${name} whispered often while you were away; these are the newest ${count}, and there are more.`
    : `${name} whispered ${times} while you were away.`;
}
