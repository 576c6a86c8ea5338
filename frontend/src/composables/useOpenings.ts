// The next bookable slots across doctors, by the filters of the panel.
import { computed, reactive, type Ref } from 'vue'

import { addDays } from '../lib/time'
import { useAsk } from './useAsk'

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
const LIMIT = 40

export function useOpenings(shown: Ref<number[]>, today: Ref<string>) {
  const filter = reactive<OpeningsFilter>({
    specialty: '',
    whose: 'anyone',
    from: today.value,
    part: 'any',
  })
  const question = computed(() => {
    const from = filter.from > today.value ? filter.from : today.value
    return {
      from,
      to: addDays(from, DAYS - 1),
      ...BOUNDS[filter.part],
      ...(filter.specialty ? { specialty: filter.specialty } : {}),
      ...(filter.whose === 'shown' ? { doctorIds: shown.value } : {}),
      limit: LIMIT,
    }
  })
  const query = useAsk({
    what: 'openings',
    question: () => question.value,
    ask: (api, hospital, of, options) => api.openings(hospital, of, options),
    refetchInterval: 30_000,
    keep: true,
  })
  return { filter, query }
}
