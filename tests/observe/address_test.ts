/**
 * Addresses: the standard text, and the table that keeps it.
 *
 * @module
 */

import fc from "fast-check";
import { Addresses, AF, internetAddress, ipv6Text, unixAddress } from "../../observe/address.ts";
import { assert, assertEquals } from "../assert.ts";

function viewOf(bytes: ArrayLike<number>): DataView<ArrayBuffer> {
  return new DataView(Uint8Array.from(bytes).buffer);
}

function six(...groups: readonly number[]): DataView<ArrayBuffer> {
  return viewOf(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** Addresses with runs of zeros as often as not. */
const sixes = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 });

/** Reads an IPv6 address without brackets: eight groups. */
function parsed(text: string): readonly number[] {
  const [head = "", tail] = text.split("::");
  const groups = (part: string) =>
    part === "" ? [] : part.split(":").map((hex) => parseInt(hex, 16));
  if (tail === undefined) return groups(head);
  const [front, back] = [groups(head), groups(tail)];
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
}

for (
  const [groups, text] of [
    [[0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], "2001:db8::1"],
    [[0, 0, 0, 0, 0, 0, 0, 0], "::"],
    [[0, 0, 0, 0, 0, 0, 0, 1], "::1"],
    [[1, 0, 0, 0, 0, 0, 0, 0], "1::"],
    [[0x2001, 0xdb8, 0, 1, 1, 1, 1, 1], "2001:db8:0:1:1:1:1:1"],
    [[0x2001, 0, 0, 1, 0, 0, 0, 1], "2001:0:0:1::1"],
    [[0x2001, 0xdb8, 0, 0, 1, 0, 0, 1], "2001:db8::1:0:0:1"],
    [[0xfe80, 0xa, 0xb, 0xc, 0xABCD, 0xe, 0xf, 0x10], "fe80:a:b:c:abcd:e:f:10"],
    [[0, 0, 0, 0, 0, 0xffff, 0xc000, 0x207], "192.0.2.7"],
    [[0, 0, 0, 0, 0, 0xfffe, 0xc000, 0x207], "::fffe:c000:207"],
  ] as const
) {
  Deno.test(`IPv6 ${text}`, () => {
    assertEquals(ipv6Text(six(...groups), 0), text);
  });
}

Deno.test("an IPv6 address as text parses back to its groups", () => {
  fc.assert(fc.property(sixes, (groups) => {
    fc.pre(!(groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff));
    assertEquals(parsed(ipv6Text(six(...groups), 0)), groups);
  }));
});

Deno.test("an IPv6 address is written as URLs write it", () => {
  fc.assert(fc.property(sixes, (groups) => {
    fc.pre(!(groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff));
    const long = groups.map((group) => group.toString(16).padStart(4, "0")).join(":");
    assertEquals(`[${ipv6Text(six(...groups), 0)}]`, new URL(`http://[${long}]/`).hostname);
  }));
});

Deno.test("an address has its port, and brackets when it needs them", () => {
  const four = viewOf([192, 0, 2, 7, ...new Array<number>(12).fill(0xff)]);
  assertEquals(internetAddress(four, 0, AF.inet, 80), "192.0.2.7:80");
  assertEquals(internetAddress(six(0, 0, 0, 0, 0, 0, 0, 1), 0, AF.inet6, 80), "[::1]:80");
  const mapped = six(0, 0, 0, 0, 0, 0xffff, 0x7f00, 1);
  assertEquals(internetAddress(mapped, 0, AF.inet6, 80), "127.0.0.1:80");
});

Deno.test("only an address of zeros without a port is none", () => {
  const zeros = viewOf(new Array<number>(16).fill(0));
  const loopback = six(0, 0, 0, 0, 0, 0, 0, 1);
  assertEquals(internetAddress(zeros, 0, AF.inet, 0), undefined);
  assertEquals(internetAddress(zeros, 0, AF.inet6, 0), undefined);
  assertEquals(internetAddress(zeros, 0, AF.inet, 9100), "0.0.0.0:9100");
  assertEquals(internetAddress(zeros, 0, AF.inet6, 9100), "[::]:9100");
  assertEquals(internetAddress(loopback, 0, AF.inet6, 0), "[::1]:0");
  assertEquals(internetAddress(loopback, 0, AF.unix, 1), undefined);
  assertEquals([unixAddress(0), unixAddress(4711)], [undefined, "unix:[4711]"]);
});

Deno.test("the table gives the same texts, however small it is and whoever was there before", () => {
  const questions = fc.record({
    // Few values, so that some come again and some meet at one place.
    bytes: fc.array(fc.constantFrom(0, 1, 255), { minLength: 16, maxLength: 16 }),
    family: fc.constantFrom<number>(AF.inet, AF.inet6, AF.unix, 0),
    port: fc.constantFrom(0, 1, 65_535),
  });
  fc.assert(fc.property(fc.array(questions), fc.constantFrom(1, 4, 64), (all, places) => {
    const table = new Addresses(places);
    for (const { bytes, family, port } of [...all, ...all]) {
      const view = viewOf(bytes);
      assertEquals(
        table.text(view, 0, family, port),
        internetAddress(view, 0, family, port),
      );
    }
  }));
});

/** Bytes that count how often they are made into text. */
class CountedView extends DataView<ArrayBuffer> {
  reads = 0;

  override getUint8(at: number): number {
    this.reads++;
    return super.getUint8(at);
  }
}

Deno.test("of half as many addresses as places most are made into text only once", () => {
  const view = new CountedView(viewOf([127, 0, 0, 1, ...new Array<number>(12).fill(0)]).buffer);
  for (const vary of ["port", "host"] as const) {
    const table = new Addresses(256);
    const round = () => {
      const before = view.reads;
      for (let number = 0; number < 128; number++) {
        view.setUint8(3, vary === "host" ? number : 1);
        table.text(view, 0, AF.inet, vary === "port" ? 40_000 + number : 80);
      }
      return (view.reads - before) / 4;
    };
    assertEquals(round(), 128);
    const again = round();
    assert(again < 90, `${again} of 128 by ${vary}`);
  }
});
