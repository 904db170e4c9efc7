/**
 * Which files are shown as pictures: by what they are, not by what they are called, and none that would fill the memory.
 *
 * @module
 */

import {
  maybePicture,
  PICTURE_BYTES_MAX,
  pictureIn,
} from "../../../observe/dashboard/page/files/picture.ts";
import { assertEquals } from "../../assert.ts";

/** Bytes of texts, each sign one byte, and of numbers. */
function bytes(...parts: readonly (string | readonly number[])[]): Uint8Array {
  return new Uint8Array(
    parts.flatMap((part) =>
      typeof part === "string" ? [...part].map((sign) => sign.charCodeAt(0)) : [...part]
    ),
  );
}

/** A number in so many bytes, the largest first. */
function be(value: number, count: number): number[] {
  return Array.from(
    { length: count },
    (_, at) => Math.floor(value / 256 ** (count - 1 - at)) & 255,
  );
}

function le(value: number, count: number): number[] {
  return be(value, count).reverse();
}

function png(width: number, height: number): Uint8Array {
  return bytes("\x89PNG\r\n\x1a\n", be(13, 4), "IHDR", be(width, 4), be(height, 4), [
    8,
    6,
    0,
    0,
    0,
  ]);
}

function gif(screen: readonly number[], frame: readonly number[]): Uint8Array {
  const head = bytes("GIF89a", screen.flatMap((side) => le(side, 2)), [0x80, 0, 0], be(0, 6));
  const comment = bytes([0x21, 0xfe, 3], "abc", [0]);
  return bytes([...head], [...comment], [0x2c], frame.flatMap((side) => le(side, 2)), [0]);
}

function jpeg(width: number, height: number, notes = 10): Uint8Array {
  const app = bytes([0xff, 0xe1], be(notes + 2, 2), Array(notes).fill(0xff));
  return bytes(
    [0xff, 0xd8],
    [...app],
    [0xff, 0xff, 0xc2],
    be(17, 2),
    [8],
    be(height, 2),
    be(width, 2),
  );
}

Deno.test("a marker without a length hides no size behind it", () => {
  // Browsers read the size that comes next; who reads a length there finds another one, where that leads.
  const large = bytes([0xff, 0xc0], be(11, 2), [8], be(16_000, 2), be(16_000, 2), [1, 1, 0x11, 0]);
  const small = jpeg(16, 16).subarray(2);
  for (const marker of [0x00, 0x01, 0xd0, 0xd7, 0xd8, 0xd9]) {
    const before = bytes([0xff, 0xd8, 0xff, marker], [...large]);
    const rest = new Uint8Array(4 + 0xffc0);
    rest.set(before);
    assertEquals(pictureIn(bytes([...rest], [...small])), undefined, `${marker}`);
  }
});

Deno.test("a picture is known by its bytes, with its size", () => {
  const vp8 = bytes(
    "RIFF",
    le(99, 4),
    "WEBPVP8 ",
    Array(10).fill(0),
    le(640, 2),
    le(480 | 0x4000, 2),
  );
  const vp8l = bytes(
    "RIFF",
    le(99, 4),
    "WEBPVP8L",
    le(9, 4),
    [0x2f],
    le(639 | 479 << 14, 4),
    Array(9).fill(0),
  );
  const vp8x = bytes("RIFF", le(99, 4), "WEBPVP8X", le(10, 4), le(0, 4), le(639, 3), le(479, 3));
  for (
    const [type, picture] of [
      ["image/png", png(640, 480)],
      ["image/gif", gif([640, 480], [0, 0, 640, 480])],
      ["image/jpeg", jpeg(640, 480)],
      ["image/jpeg", jpeg(640, 480, 60_000)],
      ["image/webp", vp8],
      ["image/webp", vp8l],
      ["image/webp", vp8x],
    ] as const
  ) assertEquals(pictureIn(picture), { type, width: 640, height: 480 });
});

Deno.test("what holds scripts, is cut, or would be gigabytes is no picture", () => {
  const none = [
    bytes(""),
    bytes(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
    bytes("<!doctype html><img src=x onerror=alert(1)>"),
    bytes("%PDF-1.7"),
    png(100_000, 100_000),
    png(0, 5),
    gif([1, 1], [0, 0, 65_535, 65_535]),
    gif([1, 1], [65_535, 65_535, 1, 1]),
    jpeg(65_535, 65_535),
    // A segment of no length leads nowhere, and not round and round.
    bytes([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xe0, 0, 0]),
  ];
  for (const one of none) assertEquals(pictureIn(one), undefined);
  for (const whole of [png(9, 9), gif([9, 9], [0, 0, 9, 9]), jpeg(9, 9)]) {
    for (let length = 0; length < whole.length - 6; length++) {
      assertEquals(pictureIn(whole.subarray(0, length)), undefined, `${length}`);
    }
  }
});

Deno.test("whoever is offered a file may look at it when it may be a picture, and is small", () => {
  for (const name of ["a.png", "A.JPEG", "b.jpg", "c.gif", "d.webp"]) {
    assertEquals([maybePicture(name, 9), maybePicture(name, PICTURE_BYTES_MAX + 1)], [true, false]);
  }
  for (const name of ["a.svg", "a.html", "a.png.exe", "png", "a.avif"]) {
    assertEquals(maybePicture(name, 9), false);
  }
});
