// The keys of each screen, as its help lists them.

/** Keys that do the same stand two spaces apart; then what they do, among the words of the help. */
export type Key = [keys: string, what: string]
export interface KeyGroup {
  name: 'move' | 'act'
  keys: Key[]
}

const COMMANDS: Key[] = [
  ['Ctrl K', 'commands'],
  ['?', 'keys'],
]
const PRINT: Key = ['Ctrl P', 'print']
const LIST: Key[] = [
  ['↑ ↓', 'list'],
  ['Enter', 'choose'],
]
const BOARD: KeyGroup[] = [
  {
    name: 'move',
    keys: [
      ['↑ ↓ ← →', 'arrows'],
      ['Home End', 'home'],
      ['Ctrl Home/End', 'corners'],
      ['PageUp PageDown', 'days'],
      ['n  Shift n', 'free'],
      ['t  [  ]', 'today'],
      ['d', 'date'],
      ['v', 'view'],
    ],
  },
  {
    name: 'act',
    keys: [
      ['Enter', 'enter'],
      ['/', 'patient'],
      ['o', 'openings'],
      ['s', 'specialty'],
      ['+', 'doctors'],
      ['m', 'move'],
      ['a  f  x', 'status'],
      ['Delete', 'cancel'],
      ['Esc', 'escape'],
      PRINT,
      ...COMMANDS,
    ],
  },
]
/** What the pages beside the board have of their own, by their routes. */
const MOVES: Record<string, Key[]> = {
  availability: [
    ['↑ ↓', 'weekday'],
    ['Enter', 'tidy'],
  ],
  patients: LIST,
  hospital: LIST,
}
const ACTS: Record<string, Key[]> = { 'my-day': [PRINT] }

export function keysOf(screen: string): KeyGroup[] {
  if (screen === 'board') return BOARD
  return [
    { name: 'move', keys: [['Tab  Shift Tab', 'next'], ...(MOVES[screen] ?? [])] },
    { name: 'act', keys: [['Esc', 'close'], ...(ACTS[screen] ?? []), ...COMMANDS] },
  ]
}
