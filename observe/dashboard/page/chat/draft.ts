/**
 * What is being written, wherever it is needed: the composer gives itself to whoever wants to read it, fill it or go there.
 *
 * It waits in its view while another one is looked at.
 *
 * @module
 */

/** The composer, for others. */
export const draft: {
  /** What the reader was writing, also while the field holds something else. */
  read: () => string;
  /** What the field holds. */
  shown: () => string;
  put: (text: string) => void;
  focus: () => void;
} = {
  read: () => "",
  shown: () => "",
  put: () => {},
  focus: () => {},
};
