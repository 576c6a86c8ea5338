// The wire's snake_case and our camelCase, in values and in types.

type Camel<S> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S
export type Camelized<T> = T extends readonly (infer Item)[]
  ? Camelized<Item>[]
  : T extends object
    ? { [K in keyof T as Camel<K>]: Camelized<T[K]> }
    : T

type Snake<S extends string> = S extends `${infer Head}${infer Tail}`
  ? Head extends Lowercase<Head>
    ? `${Head}${Snake<Tail>}`
    : `_${Lowercase<Head>}${Snake<Tail>}`
  : S
export type Snaked<T> = { [K in keyof T as K extends string ? Snake<K> : K]: T[K] }

const known = new Map<string, string>()

export function camelWord(word: string): string {
  let camel = known.get(word)
  if (camel === undefined) {
    camel = word.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    known.set(word, camel)
  }
  return camel
}

/** Rename the keys of all objects inside `value`. */
export function camelized<T>(value: T): Camelized<T> {
  if (Array.isArray(value)) return value.map(camelized) as Camelized<T>
  if (value === null || typeof value !== 'object') return value as Camelized<T>
  const renamed: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) renamed[camelWord(key)] = camelized(inner)
  return renamed as Camelized<T>
}

/** Rename the keys of one flat object of inputs. */
export function snaked<T extends object>(value: T): Snaked<T> {
  const entries = Object.entries(value).map(([key, inner]) => [
    key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    inner,
  ])
  return Object.fromEntries(entries) as Snaked<T>
}
