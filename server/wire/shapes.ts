/**
 * Shapes of values that came as JSON: each knows whether a value has it, and says of one that has not what is wrong with it first.
 *
 * A shape is asked in two ways. Whether a value has it is asked of every message, and is a function that is compiled when the first
 * one of its type comes. What is wrong is asked of the few that have not, and is looked for step by step. What a field of the future
 * holds is not looked at. So the server is there sooner, and smaller, than with a library for schemas. Pure.
 *
 * @module
 */

/** What is wrong, and where: the path to it from what was looked at, its parts joined by dots. */
export interface Fault {
  readonly at: string;
  readonly why: string;
}

/** A shape of values of type `T`. */
export interface Shape<T> {
  /** An expression of JavaScript: whether what another expression gives has this shape. Made of our own constants alone. */
  readonly code: (value: string) => string;
  /** What is wrong with `value`; `undefined` when it has this shape. */
  readonly fault: (value: unknown) => Fault | undefined;
  /** Whether the field may be left out. */
  readonly isOptional?: boolean;
  /** There is none: by this the compiler knows `T`. */
  readonly example?: T;
}

/** A shape of a field that may be left out. */
export interface Optional<T> extends Shape<T> {
  readonly isOptional: true;
}

/** Shapes by the names of fields. */
export type Fields = Readonly<Record<string, Shape<unknown>>>;

/** The type of the values that have a shape. */
export type Of<S> = S extends Shape<infer T> ? T : never;

type Needed<F extends Fields> = {
  [K in keyof F]: F[K] extends { readonly isOptional: true } ? never : K;
}[keyof F];

/** The type of an object with such fields. */
export type Whole<F extends Fields> =
  & { [K in Needed<F>]: Of<F[K]> }
  & { [K in Exclude<keyof F, Needed<F>>]?: Of<F[K]> };

/** What is one thing: `code` says of `v` whether it is that. */
function simple<T>(code: string, why: string): Shape<T> {
  const fault: Fault = { at: "", why };
  const fits = compiled(() => code);
  return {
    code: (value) => `((v) => ${code})(${value})`,
    fault: (value) => fits()(value) ? undefined : fault,
  };
}

/** Makes a function of an expression on `v`, when it is first needed. */
function compiled(code: () => string): () => (value: unknown) => boolean {
  let fits: ((value: unknown) => boolean) | undefined;
  return () => fits ??= new Function("v", `return ${code()}`) as (value: unknown) => boolean;
}

/** Whether a value has a shape, in one function without a loop over fields: what is asked of every message. */
export function compile({ code }: Shape<unknown>): () => (value: unknown) => boolean {
  return compiled(() => code("v"));
}

/** A fault of a part, as one of the whole. */
function within(part: string | number, { at, why }: Fault): Fault {
  return { at: at === "" ? `${part}` : `${part}.${at}`, why };
}

const NO_LIST: Fault = { at: "", why: "it must be a list" };
const NO_OBJECT: Fault = { at: "", why: "it must be an object" };
const OBJECT = 'typeof v === "object" && v !== null && !Array.isArray(v)';
const MISSING: Fault = { at: "", why: "it is missing" };

/** Text. */
export const text: Shape<string> = simple('typeof v === "string"', "it must be text");

/** Yes or no. */
export const truth: Shape<boolean> = simple('typeof v === "boolean"', "it must be true or false");

/** Text of so many characters. */
export function textOf(min: number, max: number): Shape<string> {
  const code = `typeof v === "string" && v.length >= ${min} && v.length <= ${max}`;
  return simple(code, `it must be text of ${min} to ${max} characters`);
}

/** Text that a pattern fits to. */
export function textLike(pattern: RegExp): Shape<string> {
  return simple(
    `typeof v === "string" && ${pattern}.test(v)`,
    `it must be text like ${pattern.source}`,
  );
}

/** A whole number. */
export function whole(min: number, max: number): Shape<number> {
  const code = `Number.isInteger(v) && v >= ${min} && v <= ${max}`;
  return simple(code, `it must be a whole number from ${min} to ${max}`);
}

/** A number that is not below zero. */
export const amount: Shape<number> = simple(
  "Number.isFinite(v) && v >= 0",
  "it must be a number of 0 or more",
);

/** One of these words. */
export function oneOf<const W extends string>(words: readonly W[]): Shape<W> {
  const code = words.map((word) => `v === ${JSON.stringify(word)}`).join(" || ");
  return simple(code, "it is none of the words that may stand there");
}

/** A list of things of one shape, of at most so many. */
export function list<T>(of: Shape<T>, max: number = Infinity): Shape<T[]> {
  return {
    code: (value) => {
      const few = max === Infinity ? "" : `v.length <= ${max} && `;
      return `((v) => Array.isArray(v) && ${few}v.every((v) => ${of.code("v")}))(${value})`;
    },
    fault(value) {
      if (!Array.isArray(value)) return NO_LIST;
      if (value.length > max) return { at: "", why: `it may have ${max} entries at most` };
      for (let index = 0; index < value.length; index++) {
        const fault = of.fault(value[index]);
        if (fault !== undefined) return within(index, fault);
      }
      return undefined;
    },
  };
}

/** Values of one shape by names that may be any, of at most so many. */
export function table<T>(of: Shape<T>, max: number = Infinity): Shape<Record<string, T>> {
  return {
    code: (value) => {
      const each = `((all) => all.length <= ${max} && all.every((v) => ${of.code("v")}))`;
      return `((v) => ${OBJECT} && ${each}(Object.values(v)))(${value})`;
    },
    fault(value) {
      if (!isObject(value)) return NO_OBJECT;
      const entries = Object.entries(value);
      if (entries.length > max) return { at: "", why: `it may have ${max} entries at most` };
      for (const [name, one] of entries) {
        const fault = of.fault(one);
        if (fault !== undefined) return within(name, fault);
      }
      return undefined;
    },
  };
}

/** What has the first shape or the second. */
export function either<A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> {
  return {
    code: (value) => `(${first.code(value)} || ${second.code(value)})`,
    fault: (value) => first.fault(value) === undefined ? undefined : second.fault(value),
  };
}

/** A field that may be left out. */
export function option<T>({ code, fault }: Shape<T>): Optional<T> {
  return {
    code: (value) => `(${value} === undefined || ${code(value)})`,
    fault,
    isOptional: true,
  };
}

/** An object with at least these fields. */
export function object<F extends Fields>(fields: F): Shape<Whole<F>> {
  const all = Object.entries(fields).map(([name, { fault, isOptional = false }]) => ({
    name,
    fault,
    isOptional,
  }));
  return {
    code: (value) => {
      const each = Object.entries(fields).map(([name, { code }]) => code(`v.${name}`));
      return `((v) => ${[OBJECT, ...each].join(" && ")})(${value})`;
    },
    fault(value) {
      if (!isObject(value)) return NO_OBJECT;
      for (const { name, fault, isOptional } of all) {
        const field = value[name];
        if (field === undefined && isOptional) continue;
        const found = field === undefined ? MISSING : fault(field);
        if (found !== undefined) return within(name, found);
      }
      return undefined;
    },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
