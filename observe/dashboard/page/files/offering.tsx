/**
 * The ways in which a file is offered: a button, dropping it onto the chat, and pasting it.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";
import type { TargetedClipboardEvent, TargetedDragEvent, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { offer } from "./files.ts";
import { current, exchangesFiles } from "../state.ts";

/** A file is above the chat. */
const above: Signal<boolean> = signal(false);

/** Opens the browser's dialog. */
export function OfferButton(): VNode | null {
  const input = useRef<HTMLInputElement>(null);
  if (!exchangesFiles.value) return null;
  return (
    <>
      <button
        type="button"
        class="attach"
        aria-label="Offer a file"
        title="Offer a file"
        onClick={() => input.current?.click()}
      >
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <path
            d="M11 4.5 6.2 9.3a1.4 1.4 0 0 0 2 2L13.4 6a2.8 2.8 0 0 0-4-4L3.8 7.7a4.2 4.2 0 0 0 6 6L14 9.4"
            fill="none"
            stroke="currentColor"
            stroke-width="1.3"
            stroke-linecap="round"
          />
        </svg>
      </button>
      <input
        ref={input}
        class="attach-input"
        type="file"
        multiple
        hidden
        aria-label="Files to offer"
        onChange={({ currentTarget }) => {
          void offer(current.value, [...currentTarget.files ?? []]);
          // So that the same file can be chosen again.
          currentTarget.value = "";
        }}
      />
    </>
  );
}

/** Says where a file that is dropped now goes. */
export function DropHint(): VNode | null {
  // A file that misses the chat would take the page's place in the browser.
  useEffect(() => {
    const keep = (event: DragEvent): void => {
      const { dataTransfer } = event;
      if (dataTransfer === null || !hasFiles(dataTransfer)) return;
      event.preventDefault();
      dataTransfer.dropEffect = "none";
    };
    globalThis.addEventListener("dragover", keep);
    globalThis.addEventListener("drop", keep);
    return () => {
      globalThis.removeEventListener("dragover", keep);
      globalThis.removeEventListener("drop", keep);
    };
  }, []);
  if (!above.value) return null;
  const { kind, name } = current.value;
  return (
    <p class="drop-hint" role="status">
      Drop it to offer it to <bdi>{kind === "room" ? `#${name}` : name}</bdi>
    </p>
  );
}

/** What makes an element take files that are dropped on it. */
export const dropping = {
  onDragOver(event: TargetedDragEvent<HTMLElement>): void {
    if (!bringsFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "copy";
    above.value = true;
  },
  onDragLeave(event: TargetedDragEvent<HTMLElement>): void {
    const to = event.relatedTarget;
    if (!(to instanceof Node) || !event.currentTarget.contains(to)) above.value = false;
  },
  onDrop(event: TargetedDragEvent<HTMLElement>): void {
    above.value = false;
    if (!bringsFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.stopPropagation();
    void offer(current.value, [...event.dataTransfer?.files ?? []]);
  },
} as const;

/** Offers what is pasted, when it is a file and not also a text. */
export function onPaste(event: TargetedClipboardEvent<HTMLElement>): void {
  const data = event.clipboardData;
  if (!exchangesFiles.value) return;
  if (data === null || data.files.length === 0 || data.types.includes("text/plain")) return;
  event.preventDefault();
  void offer(current.value, [...data.files]);
}

function hasFiles({ types }: DataTransfer): boolean {
  return types.includes("Files");
}

function bringsFiles(data: DataTransfer | null): boolean {
  return exchangesFiles.value && data !== null && hasFiles(data);
}
