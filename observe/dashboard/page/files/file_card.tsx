/**
 * A file in the conversation: who offers it, what it is, how far it is, and what can be done about it.
 *
 * @module
 */

import type { VNode } from "preact";
import type { FileState } from "../../page_messages.ts";
import {
  type Choice,
  choicesOf,
  percentOf,
  progressOf,
  shortName,
  standingOf,
} from "./file_words.ts";
import { decline, fileOf, save, show, stop, take } from "./files.ts";
import { pictures, type ShownPicture } from "./pictures.ts";
import { bytes } from "../format.ts";

const WORDS: Readonly<Record<Choice, string>> = {
  show: "Show",
  accept: "Accept",
  decline: "Decline",
  cancel: "Cancel",
};
const DEEDS: Readonly<Record<Choice, (n: number) => Promise<void>>> = {
  show,
  accept: take,
  decline,
  cancel: stop,
};

/** A file's card. What it shows changes in place. */
export function FileCard({ n }: { readonly n: number }): VNode | null {
  const file = fileOf(n)?.value;
  if (file === undefined) return null;
  const { name, size, end } = file;
  const picture = pictures.value.get(n);
  const moves = file.phase === "moving" || (file.done > 0 && end === undefined);
  return (
    <span class={`file ${end?.kind ?? ""}`} role="group" aria-label={`File ${name}`}>
      <span class="file-head">
        <span class="file-sign" aria-hidden="true">{file.way === "in" ? "↓" : "↑"}</span>
        <bdi class="file-name" title={name}>{shortName(name)}</bdi>
        {file.root !== n && (
          <span class="file-size">
            to <bdi>{file.with}</bdi>
          </span>
        )}
        <span class="file-size">{bytes(size)}</span>
      </span>
      {moves && <Moving file={file} />}
      {picture !== undefined && <Shown name={name} picture={picture} />}
      <span class="file-foot">
        <span class="file-standing" dir="auto">
          {end?.kind === "failed" && <span class="tag error">Failed</span>}
          {end?.kind === "done" && <span class="file-check" aria-hidden="true">✓</span>}
          {picture === undefined ? standingOf(file) : "is shown here alone"}
        </span>
        {picture !== undefined && (
          <button
            type="button"
            class="quiet"
            aria-label={`Save ${name}`}
            onClick={() => save(name, picture.whole)}
          >
            Save
          </button>
        )}
        {choicesOf(file).map((choice) => (
          <button
            key={choice}
            type="button"
            class={choice === "accept" ? "file-accept" : "quiet"}
            aria-label={`${WORDS[choice]} ${name}`}
            onClick={() => void DEEDS[choice](n)}
          >
            {WORDS[choice]}
          </button>
        ))}
      </span>
    </span>
  );
}

/** A picture, small. Its size is known before it is drawn, so that nothing jumps. */
function Shown(
  { name, picture: { url, width, height } }: {
    readonly name: string;
    readonly picture: ShownPicture;
  },
): VNode {
  return (
    <img class="file-picture" src={url} width={width} height={height} alt={`Picture ${name}`} />
  );
}

/** How far it is. Not read aloud by itself: it changes four times a second. */
function Moving({ file }: { readonly file: FileState }): VNode {
  return (
    <span class="file-moving" aria-live="off">
      <progress max={100} value={percentOf(file)} aria-label={`Progress of ${file.name}`} />
      <span class="file-figures">{progressOf(file)}</span>
    </span>
  );
}
