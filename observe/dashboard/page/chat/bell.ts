/**
 * The bell: a short, soft sound for what its reader does not see.
 *
 * It rings only while they look elsewhere; the number in the tab's title says the same without a sound.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";
import type { Bell } from "../../../../talk/mod.ts";

/** When it rings. */
export const bell: Signal<Bell> = signal("mention");

/** Milliseconds in which it rings once. */
const QUIET_MS = 2_000;
/** Two notes of a fifth, in Hz, and how long each is heard, in seconds. */
const NOTES = [587.33, 880] as const;
const NOTE_S = 0.12;
const VOLUME = 0.06;

let audio: AudioContext | undefined;
let rung = -Infinity;

/** Rings, unless it did just now. A browser keeps it silent until the page was clicked or typed in. */
export function ring(): void {
  if (performance.now() - rung < QUIET_MS) return;
  rung = performance.now();
  audio ??= new AudioContext();
  void audio.resume();
  for (const [index, pitch] of NOTES.entries()) {
    const at = audio.currentTime + index * NOTE_S;
    const tone = new OscillatorNode(audio, { frequency: pitch });
    const loudness = new GainNode(audio, { gain: 0 });
    loudness.gain.setValueAtTime(VOLUME, at);
    loudness.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_S * 2);
    tone.connect(loudness).connect(audio.destination);
    tone.start(at);
    tone.stop(at + NOTE_S * 2);
  }
}
