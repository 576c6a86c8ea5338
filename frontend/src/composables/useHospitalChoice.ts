// The hospitals that the reader may enter, and going from one to another.
import { useQuery } from '@tanstack/vue-query'
import { computed, ref } from 'vue'

import type { HospitalFacts } from '../api'
import { hasWords } from '../lib/fold'
import { usePreferences } from './usePreferences'
import { useSession } from './useSession'
import { useSettled } from './useSettled'
import { useView } from './useView'

export function useHospitalChoice() {
  const { view, show, api } = useView()
  const { me } = useSession()
  const preferences = usePreferences()
  const text = ref('')

  // A platform admin sees every hospital: only the server knows them all.
  const everywhere = computed(() => me.value?.isSuperuser ?? false)
  const search = useSettled(text)
  const asked = useQuery({
    queryKey: computed(() => [view.value.api, null, 'hospitals', search.value]),
    queryFn: async ({ signal }) => {
      const question = search.value ? { search: search.value } : {}
      return (await (await api()).hospitals(question, null, { signal })).items
    },
    enabled: everywhere,
    placeholderData: (old) => old,
  })
  const own = computed(() => {
    const all = me.value?.memberships.map(({ hospital }) => hospital) ?? []
    return all.filter(({ name }) => hasWords(name, text.value))
  })
  const hospitals = computed<HospitalFacts[]>(() =>
    everywhere.value ? (asked.data.value ?? []) : own.value,
  )

  function enter(hospital: number, how: 'push' | 'replace' = 'push') {
    preferences.lastHospital = hospital
    text.value = ''
    return show({ hospital, doctors: [], specialty: null }, how)
  }
  /** Without a hospital in the address: the only one, or the last one used. */
  function enterUsual() {
    if (view.value.hospital !== null || !me.value) return
    const ids = me.value.memberships.map(({ hospital }) => hospital.id)
    const last = preferences.lastHospital
    if (last !== null && (ids.includes(last) || me.value.isSuperuser)) return enter(last, 'replace')
    if (ids.length === 1) return enter(ids[0]!, 'replace')
  }
  return { text, hospitals, asking: asked.isFetching, enter, enterUsual }
}
