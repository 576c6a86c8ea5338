// What `make compare` measured of both APIs (benchmarks/comparison.py writes it), and its pictures.
import written from '../generated/comparison.json'

export const SIDES = ['REST', 'GraphQL'] as const
export type Side = (typeof SIDES)[number]
export const COLUMNS = [
  'requests',
  'sent',
  'received',
  'packed',
  'again',
  'queries',
  'cpu_ms',
  'cpu_again_ms',
  'p50_ms',
  'p99_ms',
  'client_lines',
] as const
export type Column = (typeof COLUMNS)[number]
/** Digits after the point: one of milliseconds, since screens take a few. */
export const digits = (column: Column) => (column.endsWith('_ms') ? 1 : 0)
/** Those that are worth a picture. */
export const DRAWN = [
  'requests',
  'packed',
  'again',
  'cpu_ms',
  'queries',
  'client_lines',
] as const satisfies Column[]

export type Screen = { screen: string } & Record<Side, Record<Column, number>>
export interface Claim {
  said: string
  wins: Side | 'both' | null
  found: string
}
export interface Comparison {
  screens: Screen[]
  claims: Claim[]
  sums: Record<string, string>
}
export const comparison = written as Comparison

export interface Bar {
  side: Side
  value: number
  /** Of the longer one of the two. */
  share: number
}

/** The two bars of a screen, each a part of the longer one. */
export function bars(screen: Screen, column: Column): Bar[] {
  const longest = Math.max(...SIDES.map((side) => screen[side][column]))
  return SIDES.map((side) => {
    const value = screen[side][column]
    return { side, value, share: longest ? value / longest : 0 }
  })
}
