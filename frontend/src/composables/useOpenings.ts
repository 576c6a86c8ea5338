// The next bookable slots across doctors, by the filters of the panel.
import { computed, reactive, ref, type Ref, watch } from 'vue'

import { addDays } from '../lib/time'
import { useAsk } from './useAsk'
import { useSession } from './useSession'
import { useView } from './useView'

export type PartOfDay = 'any' | 'morning' | 'afternoon' | 'evening'
const BOUNDS: Record<PartOfDay, { timeFrom?: string; timeTo?: string }> = {
  any: {},
  morning: { timeTo: '12:00' },
  afternoon: { timeFrom: '12:00', timeTo: '17:00' },
  evening: { timeFrom: '17:00' },
}
export interface OpeningsFilter {
  specialty: string
  whose: 'anyone' | 'shown'
  from: string
  part: PartOfDay
}
const DAYS = 42
/** How many are asked for at first, and at most in one answer. */
const LIMIT = 40
const MOST = 200

/** What was chosen last, by reader and hospital, and the specialty of the address by then. */
const kept = new Map<string, { asked: string | null; filter: Omit<OpeningsFilter, 'from'> }>()

/** `first` is the first day on the board: who looks at March asks for March. */
export function useOpenings(shown: Ref<number[]>, today: Ref<string>, first: Ref<string>) {
  const { me } = useSession()
  const { view } = useView()
  const { hospital, specialty: asked } = view.value
  const key = `${me.value?.id}|${hospital}`
  const before = kept.get(key)
  const start = () => (first.value > today.value ? first.value : today.value)
  const filter = reactive<OpeningsFilter>({
    ...{ specialty: asked ?? '', whose: 'anyone', part: 'any' },
    ...(before?.asked === asked ? before.filter : {}),
    from: start(),
  })
  const limit = ref(LIMIT)
  watch(filter, ({ specialty, whose, part }) => {
    kept.set(key, { asked, filter: { specialty, whose, part } })
    limit.value = LIMIT
  })
  const question = computed(() => {
    const from = filter.from > today.value ? filter.from : today.value
    return {
      from,
      to: addDays(from, DAYS - 1),
      ...BOUNDS[filter.part],
      ...(filter.specialty ? { specialty: filter.specialty } : {}),
      ...(filter.whose === 'shown' ? { doctorIds: shown.value } : {}),
      limit: limit.value,
    }
  })
  const query = useAsk({
    what: 'openings',
    question: () => question.value,
    ask: (api, hospitalId, of, options) => api.openings(hospitalId, of, options),
    refetchInterval: 30_000,
    keep: true,
  })
  /** The day of the last one, where there may be more after it. */
  const last = computed(() => {
    const openings = query.data.value ?? []
    return openings.length >= limit.value ? openings.at(-1)!.date : null
  })
  /** Go on from that day; where all are of one day, with more of it. */
  function goOn() {
    if (last.value! > question.value.from) filter.from = last.value!
    else if (limit.value < MOST) limit.value = Math.min(limit.value + LIMIT, MOST)
    else filter.from = addDays(last.value!, 1)
  }
  return { filter, query, last, goOn, follow: () => (filter.from = start()) }
}
