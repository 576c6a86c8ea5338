// The editor of one doctor's shifts: a week of them, the draft across weeks, and saving it.
import { computed, type Ref, watch } from 'vue'

import type { Shift } from '../api'
import { judgeShifts, MIDNIGHT, openingHours, readShifts, showShifts } from '../lib/shifts'
import { today as todayOf } from '../lib/time'
import { useAvailabilityWeek } from './useAvailabilityWeek'
import { useHospital } from './useHospital'
import { useNow } from './useNow'
import { usePreferences } from './usePreferences'
import { useShiftDraft } from './useShiftDraft'
import { useShiftSave } from './useShiftSave'
import { useView } from './useView'

const USUAL = { start: 7 * 60, end: 20 * 60 }
const WHOLE = { start: 0, end: MIDNIGHT }

export interface LaidDay {
  date: string
  shifts: Shift[]
  base: Shift[]
}

export function useShiftEditor(doctorId: Ref<number>) {
  const { view, show } = useView()
  const hospital = useHospital()
  const preferences = usePreferences()
  const now = useNow()
  const today = computed(() => todayOf(hospital.facts.value?.timezone ?? 'UTC', now.value))
  const draft = useShiftDraft(hospital.id, doctorId)
  const from = computed(() => view.value.from ?? today.value)
  const week = useAvailabilityWeek(doctorId, from, today, hospital.full, draft)
  const saving = useShiftSave(doctorId, draft)
  const { days, range, hour12, type } = week

  const drafted = computed(() => [...(draft.draft.value?.days ?? [])])
  const counts = computed(() => ({
    /** Changed dates that are not in the week that is shown. */
    elsewhere: drafted.value.filter(([date]) => date < range.value.from || date > range.value.to)
      .length,
    /** Dates that can't be saved as they are. */
    wrong: drafted.value.filter(([, { text }]) => {
      const { spans, problem } = readShifts(text)
      return problem ?? judgeShifts(spans, hospital.full.value ?? null)
    }).length,
    stranded: (days.value ?? []).reduce((sum, day) => sum + day.stranded, 0),
  }))
  /** The opening hours; where they have no end, a day's usual hours; and every shift. */
  const shown = computed(() => {
    const open = hospital.full.value && openingHours(hospital.full.value)
    if (preferences.allHours || !open) return WHOLE
    const usual = open.end - open.start < MIDNIGHT ? open : USUAL
    const spans = (days.value ?? []).flatMap((day) => day.spans)
    return {
      start: Math.floor(Math.min(usual.start, ...spans.map(({ start }) => start)) / 60) * 60,
      end: Math.ceil(Math.max(usual.end, ...spans.map(({ end }) => end)) / 60) * 60,
    }
  })

  function copy(date: string, to: string[]) {
    const { text } = days.value!.find((day) => day.date === date)!
    for (const other of to) type(other, text)
  }
  function lay(laid: LaidDay[]) {
    for (const day of laid) draft.set(day.date, showShifts(day.shifts, hour12.value), day.base)
    if (laid[0]) void show({ from: laid[0].date })
    return saving.save()
  }
  // What the server refused is judged anew once it is typed anew.
  watch(draft.changes, saving.forget)

  return {
    ...week,
    ...{ today, draft, saving, counts, shown, copy, lay },
    /** The changed dates as they were. */
    base: computed(() => drafted.value.map(([date, day]) => ({ date, shifts: day.base }))),
    goTo: (date: string) => show({ from: date }),
  }
}
