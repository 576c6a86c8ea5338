// The pages that the reader may open in the hospital of the address, with their addresses.
import { computed } from 'vue'
import { useRoute } from 'vue-router'

import { mayOpen, PLACES } from '../lib/places'
import { useSession } from './useSession'
import { useView } from './useView'

export function usePlaces() {
  const { view, at } = useView()
  const { roleIn } = useSession()
  const route = useRoute()
  const role = computed(() => roleIn(view.value.hospital))
  const places = computed(() =>
    PLACES.filter(({ name }) => mayOpen(name, role.value)).map((place) => ({
      ...place,
      to: at(place.path),
      here: route.name === place.name,
    })),
  )
  const to = (path: string) => computed(() => at(path))
  return { places, account: to('/account'), comparison: to('/comparison') }
}
