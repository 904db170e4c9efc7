/**
 * Reads a BPF object as far as the tests want to know it: which helpers its programs call, and which fields of the
 * kernel's structures they read.
 *
 * ```text
 *   ELF sections ─┬─ executable ones: instructions of 8 bytes; 0x85 calls a helper by number
 *                 ├─ .BTF:     types, as the compiler saw them, and their names
 *                 └─ .BTF.ext: relocations; each is "here the program uses this field of this type"
 * ```
 *
 * @module
 */

interface Section {
  readonly name: string;
  readonly executable: boolean;
  readonly bytes: DataView;
}

const SECTION_EXECUTABLE = 4;
const SECTION_NO_BYTES = 8;

function sectionsOf(elf: Uint8Array): Section[] {
  const view = new DataView(elf.buffer, elf.byteOffset, elf.length);
  const u64 = (at: number) => Number(view.getBigUint64(at, true));
  const [table, size] = [u64(40), view.getUint16(58, true)];
  const [count, names] = [view.getUint16(60, true), view.getUint16(62, true)];
  const header = (i: number) => table + i * size;
  const namesAt = u64(header(names) + 24);
  return Array.from({ length: count }, (_, i) => {
    const at = header(i);
    const empty = view.getUint32(at + 4, true) === SECTION_NO_BYTES;
    const [from, length] = [u64(at + 24), empty ? 0 : u64(at + 32)];
    return {
      name: text(elf, namesAt + view.getUint32(at, true)),
      executable: (u64(at + 8) & SECTION_EXECUTABLE) !== 0,
      bytes: new DataView(elf.buffer, elf.byteOffset + from, length),
    };
  });
}

function text(bytes: Uint8Array, at: number): string {
  return new TextDecoder().decode(bytes.subarray(at, bytes.indexOf(0, at)));
}

function find(sections: readonly Section[], name: string): DataView {
  const found = sections.find((section) => section.name === name);
  if (found === undefined) throw new Error(`no section ${name}`);
  return found.bytes;
}

/** The numbers of the kernel's helper functions that are called anywhere. */
export function helpersCalled(elf: Uint8Array): Set<number> {
  const called = new Set<number>();
  for (const { bytes } of sectionsOf(elf).filter(({ executable }) => executable)) {
    for (let at = 0; at + 8 <= bytes.byteLength; at += 8) {
      const [code, registers] = [bytes.getUint8(at), bytes.getUint8(at + 1)];
      // Source register 0: a helper; 1: a function of the program; 2: a function of the kernel.
      if (code === 0x85 && registers >> 4 === 0) called.add(bytes.getInt32(at + 4, true));
      if (code === 0x85 && registers >> 4 > 1) throw new Error("calls a function of the kernel");
      if (code === 0x18) at += 8; // a constant of 64 bits takes two
    }
  }
  return called;
}

/** Names of the programs' sections, such as `kprobe/tcp_sendmsg`. */
export function programSections(elf: Uint8Array): string[] {
  return sectionsOf(elf).filter(({ executable, bytes }) => executable && bytes.byteLength > 0)
    .map(({ name }) => name).filter((name) => name !== ".text");
}

// ── Types ────────────────────────────────────────────────────────────────────────────────────────

interface Type {
  readonly name: string;
  readonly kind: number;
  /** The type that it is made of: of a pointer, a modifier, an array. */
  readonly of: number;
  readonly members: readonly { readonly name: string; readonly type: number }[];
}

/** Kinds of `BTF` and the bytes that follow a type of that kind, by number of its members. */
const KIND = { int: 1, pointer: 2, array: 3, struct: 4, union: 5, enumeration: 6, last: 19 };
const EXTRA: Readonly<Record<number, (members: number) => number>> = {
  [1]: () => 4,
  [3]: () => 12,
  [4]: (n) => n * 12,
  [5]: (n) => n * 12,
  [6]: (n) => n * 8,
  [13]: (n) => n * 8,
  [14]: () => 4,
  [15]: (n) => n * 12,
  [17]: () => 4,
  [19]: (n) => n * 12,
};

function typesOf(btf: DataView): { types: Type[]; string: (at: number) => string } {
  const all = new Uint8Array(btf.buffer, btf.byteOffset, btf.byteLength);
  const u32 = (at: number) => btf.getUint32(at, true);
  const header = u32(4);
  const [typesAt, typesLength, stringsAt] = [header + u32(8), u32(12), header + u32(16)];
  const string = (at: number) => text(all, stringsAt + at);
  const types: Type[] = [{ name: "void", kind: 0, of: 0, members: [] }];
  for (let at = typesAt; at < typesAt + typesLength;) {
    const info = u32(at + 4);
    const [kind, count] = [(info >> 24) & 31, info & 0xffff];
    const isRecord = kind === KIND.struct || kind === KIND.union;
    types.push({
      name: string(u32(at)),
      kind,
      of: kind === KIND.array ? u32(at + 12) : u32(at + 8),
      members: isRecord
        ? Array.from({ length: count }, (_, i) => ({
          name: string(u32(at + 12 + i * 12)),
          type: u32(at + 16 + i * 12),
        }))
        : [],
    });
    at += 12 + (EXTRA[kind]?.(count) ?? 0);
  }
  return { types, string };
}

/** What a relocation stands for: only these are reads of a field. */
const FIELD_OFFSET = 0;

/**
 * The fields of the kernel's structures that are read, as `struct.field.field`. A program can follow a pointer of the kernel by
 * such a field alone, since the loader has to find out where the field is.
 */
export function fieldsRead(elf: Uint8Array): Set<string> {
  const sections = sectionsOf(elf);
  const { types, string } = typesOf(find(sections, ".BTF"));
  const ext = find(sections, ".BTF.ext");
  const u32 = (at: number) => ext.getUint32(at, true);
  const [from, length] = [u32(4) + u32(24), u32(28)];
  const recordSize = u32(from);
  const fields = new Set<string>();
  for (let at = from + 4; at < from + length;) {
    const count = u32(at + 4);
    at += 8;
    for (const end = at + count * recordSize; at < end; at += recordSize) {
      if (u32(at + 12) === FIELD_OFFSET) {
        fields.add(path(types, u32(at + 4), string(u32(at + 8)).split(":").slice(1).map(Number)));
      }
    }
  }
  return fields;
}

function path(types: readonly Type[], root: number, steps: readonly number[]): string {
  let type = types[root];
  let written = type?.name ?? "?";
  for (const step of steps) {
    while (type !== undefined && type.kind !== KIND.array && type.members.length === 0) {
      if (type.of === 0) throw new Error(`nothing to step into at ${written}`);
      type = types[type.of];
    }
    if (type?.kind === KIND.array) written += "[]";
    const member = type?.kind === KIND.array ? undefined : type?.members[step];
    if (member !== undefined && member.name !== "") written += `.${member.name}`;
    type = types[member?.type ?? type?.of ?? 0];
  }
  return written;
}
