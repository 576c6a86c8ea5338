// The app's pages about a hospital, in the order of the navigation, and who may open them.
import type { Role } from '../api'
import type { IconName } from '../components/AppIcon.vue'

export interface Place {
  /** Also the name of its route. */
  name: 'board' | 'my-day' | 'patients' | 'availability' | 'doctors' | 'members' | 'hospital'
  path: string
  icon: IconName
  roles: readonly Role[]
}
const ALL: Role[] = ['admin', 'staff', 'doctor']

export const PLACES: readonly Place[] = [
  { name: 'board', path: '/', icon: 'calendar', roles: ALL },
  { name: 'my-day', path: '/my-day', icon: 'list', roles: ['doctor'] },
  { name: 'patients', path: '/patients', icon: 'user', roles: ALL },
  { name: 'availability', path: '/availability', icon: 'clock', roles: ALL },
  { name: 'doctors', path: '/doctors', icon: 'users', roles: ['admin'] },
  { name: 'members', path: '/members', icon: 'key', roles: ['admin'] },
  { name: 'hospital', path: '/hospital', icon: 'hospital', roles: ['admin'] },
]

/** Where a hospital is made, at the address of its settings. */
export const NEW_HOSPITAL = '#new'

/** Whether a page may be opened with that role; one that is no place is open to everybody. */
export function mayOpen(name: string, role: Role | null): boolean {
  const place = PLACES.find((one) => one.name === name)
  return !place || (role !== null && place.roles.includes(role))
}
