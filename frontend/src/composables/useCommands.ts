// What Ctrl+K offers on every page: its keys and paper, the pages of the role, the settings, and
// every hospital.
import { computed } from 'vue'
import { useRouter } from 'vue-router'

import type { IconName } from '../components/AppIcon.vue'
import { t } from '../i18n'
import { hasWords } from '../lib/fold'
import { useHospitalChoice } from './useHospitalChoice'
import { usePlaces } from './usePlaces'
import { useSession } from './useSession'
import { openSettings } from './useSettings'
import { useView } from './useView'

export interface Command {
  key: string
  icon: IconName
  text: string
  /** The key that does the same. */
  keys?: string
  run: () => unknown
}

/** `own` are the page's, and come first; what it can `open` follows. */
export function useCommands(
  open: (what: 'print' | 'help') => void,
  opens: ('print' | 'help')[],
  own: Command[] = [],
) {
  const { view } = useView()
  const { signOut } = useSession()
  const { places, account } = usePlaces()
  const { text, hospitals, asking, enter } = useHospitalChoice()
  const router = useRouter()
  const go = (page: string) => t('commands.open', { page })

  const OPENED = {
    print: { icon: 'print', text: t('menu.print'), keys: 'Ctrl P' },
    help: { icon: 'info', text: t('menu.keys'), keys: '?' },
  } as const
  const everywhere = computed<Command[]>(() => [
    ...opens.map((what) => ({ key: what, ...OPENED[what], run: () => open(what) })),
    ...places.value
      .filter(({ here }) => !here)
      .map(({ name, icon, to }) => ({
        ...{ key: `place-${name}`, icon, text: go(t(`places.${name}`)) },
        run: () => router.push(to),
      })),
    {
      ...{ key: 'account', icon: 'user' as const, text: go(t('menu.account')) },
      run: () => router.push(account.value),
    },
    { key: 'settings', icon: 'settings', text: t('menu.settings'), run: openSettings },
    { key: 'out', icon: 'out', text: t('menu.signOut'), run: signOut },
  ])
  const items = computed<Command[]>(() => {
    const others = hospitals.value.filter(({ id }) => id !== view.value.hospital)
    return [
      ...[...own, ...everywhere.value].filter((one) => hasWords(one.text, text.value)),
      ...others.map(({ id, name }) => ({
        ...{
          key: `hospital-${id}`,
          icon: 'hospital' as const,
          text: t('commands.enter', { name }),
        },
        run: () => enter(id),
      })),
    ]
  })
  return { text, items, asking }
}
