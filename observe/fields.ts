/**
 * The fields of a JSON object, each read as what it must be.
 *
 * Texts may end on somebody's terminal, so none may hold a control character. Numbers go up to
 * 2^64: figures of the kernel that are above 2^53 have been rounded, and are still numbers.
 *
 * @module
 */

const COUNT_MAX = 2 ** 64;
/** What most texts are of: told at once. */
const PLAIN = /^[ -~]*$/;
/** Also the marks that turn the direction of writing: they make a line look like another. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** An object whose fields are not believed. */
export class Fields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #path: string;

  /** @throws {TypeError} When the value is no object. */
  constructor(value: unknown, path = "") {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new TypeError(path === "" ? "it is no object" : `'${path}' is no object`);
    }
    this.#fields = value as Readonly<Record<string, unknown>>;
    this.#path = path;
  }

  /** Whether a field is there. */
  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name);
  }

  /** An object with this one field, when it is there; otherwise an empty one. */
  ifThere<Name extends string, Value>(
    name: Name,
    read: () => Value,
  ): { [Field in Name]?: Value } {
    if (!this.has(name)) return {};
    return { [name]: read() } as { [Field in Name]: Value };
  }

  /** A printable text. @throws {TypeError} */
  text(name: string): string {
    return asText(this.#value(name), this.#called(name));
  }

  /** One of these words. @throws {TypeError} */
  one<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.#value(name);
    const word = words.find((word) => word === value);
    if (word === undefined) {
      throw new TypeError(`'${this.#called(name)}' is none of ${words.join(", ")}`);
    }
    return word;
  }

  /** A whole number from 0. @throws {TypeError} */
  count(name: string): number {
    return asCount(this.#value(name), this.#called(name));
  }

  /** A whole number. @throws {TypeError} */
  integer(name: string): number {
    const value = this.#value(name);
    if (typeof value !== "number" || !Number.isInteger(value)) {
      throw new TypeError(`'${this.#called(name)}' is no whole number`);
    }
    return value;
  }

  /** A number from 0, whole or not. @throws {TypeError} */
  amount(name: string): number {
    const value = this.#value(name);
    if (typeof value !== "number" || !(value >= 0 && value <= COUNT_MAX)) {
      throw new TypeError(`'${this.#called(name)}' is no number from 0`);
    }
    return value;
  }

  /** True or false. @throws {TypeError} */
  flag(name: string): boolean {
    const value = this.#value(name);
    if (typeof value !== "boolean") {
      throw new TypeError(`'${this.#called(name)}' is neither true nor false`);
    }
    return value;
  }

  /** A list of whole numbers from 0. @throws {TypeError} */
  counts(name: string): readonly number[] {
    return this.#list(name).map((value) => asCount(value, this.#called(name)));
  }

  /** A list of printable texts. @throws {TypeError} */
  texts(name: string): readonly string[] {
    return this.#list(name).map((value) => asText(value, this.#called(name)));
  }

  /** An object. @throws {TypeError} */
  inner(name: string): Fields {
    return new Fields(this.#value(name), this.#called(name));
  }

  /** A list of objects. @throws {TypeError} */
  inners(name: string): readonly Fields[] {
    return this.#list(name).map((value) => new Fields(value, this.#called(name)));
  }

  /** All fields, each a whole number from 0. @throws {TypeError} */
  allCounts(): Readonly<Record<string, number>> {
    const counts = Object.entries(this.#fields).map(([name, value]) =>
      [asText(name, this.#path), asCount(value, this.#called(name))] as const
    );
    return Object.fromEntries(counts);
  }

  #value(name: string): unknown {
    return this.#fields[name];
  }

  #called(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }

  #list(name: string): readonly unknown[] {
    const value = this.#value(name);
    if (!Array.isArray(value)) throw new TypeError(`'${this.#called(name)}' is no list`);
    return value;
  }
}

function asText(value: unknown, name: string): string {
  if (typeof value !== "string") throw new TypeError(`'${name}' is no text`);
  if (!PLAIN.test(value) && UNPRINTABLE.test(value)) {
    throw new TypeError(`'${name}' holds characters that do not print`);
  }
  return value;
}

function asCount(value: unknown, name: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= COUNT_MAX) {
    return value;
  }
  throw new TypeError(`'${name}' is no whole number from 0`);
}
