// One page for each path; the board is the home.
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

import { useNarrow } from './composables/useNarrow'
import { useSession, wipe } from './composables/useSession'
import { withWords } from './i18n'

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'board', component: () => import('./pages/BoardPage.vue') },
  {
    path: '/sign-in',
    name: 'sign-in',
    component: () => import('./pages/SignInPage.vue'),
    meta: { open: true },
  },
  { path: '/patients', name: 'patients', component: () => import('./pages/PatientsPage.vue') },
  { path: '/doctors', name: 'doctors', component: () => import('./pages/DoctorsPage.vue') },
  {
    path: '/members',
    name: 'members',
    component: () => withWords('members', import('./pages/MembersPage.vue')),
  },
  {
    path: '/hospital',
    name: 'hospital',
    component: () => withWords('hospitalSettings', import('./pages/HospitalPage.vue')),
  },
  { path: '/my-day', name: 'my-day', component: () => import('./pages/MyDayPage.vue') },
  {
    path: '/availability',
    name: 'availability',
    component: () =>
      withWords('shifts', withWords('templates', import('./pages/AvailabilityPage.vue'))),
  },
  {
    path: '/account',
    name: 'account',
    component: () => withWords('account', import('./pages/AccountPage.vue')),
  },
  {
    path: '/comparison',
    name: 'comparison',
    component: () => withWords('comparison', import('./pages/ComparisonPage.vue')),
  },
  { path: '/:rest(.*)*', redirect: '/' },
]

export const router = createRouter({ history: createWebHistory('/'), routes })

/** On a phone, who is a doctor and nothing else sees their own day first. */
function startsWithDay(): boolean {
  const roles = useSession().me.value?.memberships.map(({ role }) => role) ?? []
  return useNarrow().value && roles.length > 0 && roles.every((role) => role === 'doctor')
}

router.beforeEach(async (to) => {
  const session = useSession()
  await session.start()
  if (to.meta.open) return session.signedIn.value ? { path: '/' } : true
  if (session.signedIn.value) return to.fullPath === '/' && startsWithDay() ? '/my-day' : true
  const next = to.fullPath === '/' ? {} : { next: to.fullPath }
  return { name: 'sign-in', query: next }
})

// What is known of one hospital's patients does not follow into the next, whichever way leads there.
let last: unknown
router.beforeResolve(({ query: { hospital } }) => {
  if (hospital && last && hospital !== last) wipe('hospital')
  last = hospital || last
})
