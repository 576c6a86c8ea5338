// Saving a draft of shifts: all of its dates in one request, or none.
import { computed, nextTick, ref, type Ref } from 'vue'

import { type DayShifts } from '../api'
import { t } from '../i18n'
import { announce } from './useAnnouncer'
import { useFieldWords } from './useFieldWords'
import { useForm } from './useForm'
import { useHospital } from './useHospital'
import { useRefresh } from './useServerData'
import type { ShiftDraft } from './useShiftDraft'

export function useShiftSave(doctorId: Ref<number>, draft: ShiftDraft) {
  const hospital = useHospital()
  const refresh = useRefresh()
  const said = useFieldWords()
  const sent = ref<DayShifts[]>([])
  const form = useForm(
    (api, hospitalId, days: DayShifts[]) => api.setAvailability(hospitalId, doctorId.value, days),
    async (_, days) => {
      // The new shifts first, so that the old ones are not seen in between.
      await refresh(hospital.id.value!)
      draft.drop(...days.map(({ date }) => date))
      announce(t('shifts.saved', { count: days.length }, days.length))
    },
  )
  async function save() {
    if (draft.changes.value.length === 0) return
    sent.value = draft.changes.value
    await form.send(draft.changes.value)
    const refusal = form.error.value
    draft.meet(refusal?.appointments ?? [])
    if (!refusal) return
    await nextTick()
    document.querySelector<HTMLElement>('.shift__field[aria-invalid=true]')?.focus()
  }
  /** By date: what the server said about it. */
  const refused = computed(() => {
    const words = new Map<string, string>()
    for (const error of form.error.value?.fields ?? []) {
      const date = sent.value[Number(/^days\.(\d+)/.exec(error.field)?.[1] ?? -1)]?.date
      if (date) words.set(date, [words.get(date), said(error)].filter(Boolean).join(' '))
    }
    return words
  })
  return {
    ...{ busy: form.busy, save, refused, forget: form.forget },
    /** A refusal that is not about a date, nor about appointments in the way. */
    loose: computed(() => {
      const error = form.error.value
      return error?.code === 'availability_in_use' || refused.value.size ? null : error
    }),
  }
}
