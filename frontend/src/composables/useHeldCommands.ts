// The commands about what is in hand: an appointment, a patient, a cell under the focus.
import { t } from '../i18n'
import { nextFree } from '../lib/grid'
import { useBoard } from './useBoard'
import type { Command } from './useCommands'
import { allowed, useInHand } from './useInHand'

const KEYS: Record<string, string> = { arrived: 'a', fulfilled: 'f', noshow: 'x' }

/** As long as the palette has the focus, what it was on before is what they are about. */
export function useHeldCommands(): Command[] {
  const { move, patientFirst, focused, schedule, refocus, hospital } = useBoard()
  const inHand = useInHand()
  const held = inHand.current()
  const may = allowed(held?.status ?? 'cancelled', hospital.role.value)
  const about = (what: string, name: string) => t('about', { what, name })
  /** Not before the palette has given the focus back. */
  const after = (run: () => unknown) => () => setTimeout(run)

  const commands: Command[] = []
  if (move.inHand.value) {
    commands.push({
      ...{ key: 'leave', icon: 'close', keys: 'Esc' },
      text: about(t('commands.leaveMove'), move.inHand.value.patient.name),
      run: after(() => (move.leave(), refocus.value())),
    })
  }
  if (patientFirst.chosen.value) {
    commands.push({
      ...{ key: 'drop', icon: 'close', keys: 'Esc' },
      text: t('commands.drop', { name: patientFirst.chosen.value.name }),
      run: after(() => (patientFirst.drop(), refocus.value())),
    })
  }
  if (held) {
    const { name } = held.patient
    for (const status of may.statuses) {
      const back = held.status === 'arrived' && status === 'booked'
      commands.push({
        ...{ key: status, icon: status, keys: KEYS[status] },
        text: about(t(back ? 'act.notArrived' : `act.${status}`), name),
        run: after(() => inHand.setStatus(status, held)),
      })
    }
    if (may.move) {
      commands.push({
        ...{ key: 'move', icon: 'move', keys: 'm', text: about(t('act.move'), name) },
        run: after(() => inHand.take(held)),
      })
    }
    if (may.cancel) {
      commands.push({
        ...{ key: 'cancel', icon: 'cancelled', keys: 'Del', text: about(t('act.cancel'), name) },
        run: after(() => inHand.askCancel(held)),
      })
    }
  }
  for (const [by, key, keys] of [
    [1, 'nextFree', 'n'],
    [-1, 'freeBefore', 'N'],
  ] as const) {
    if (!schedule.grid.value) continue
    commands.push({
      ...{ key, icon: by === 1 ? 'right' : 'left', keys, text: t(`commands.${key}`) },
      run: after(() => {
        const cell = schedule.grid.value && nextFree(schedule.grid.value, focused.value, by)
        if (cell) refocus.value(cell)
      }),
    })
  }
  return commands
}
