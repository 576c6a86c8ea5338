// A change of something that has a version, whoever is quicker.
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { render } from '@testing-library/vue'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'

import type { ApiName, Doctor, DoctorInput } from '../src/api'
import { useEdit } from '../src/composables/useEdit'
import { asked, breakOff, refusal, type Reply, reply, server } from './api/wire'

const doctor: Doctor = { id: 7, name: 'Dr. Ito', specialty: 'Urology', active: true, version: 3 }
const theirs = { ...doctor, specialty: 'Cardiology', version: 4 }

function answer(api: ApiName, body: Doctor): Reply {
  if (api === 'rest') return { body }
  return { body: { data: { updateDoctor: { ...body, id: String(body.id) } } } }
}
const conflict = (api: ApiName, current: Doctor) => {
  const said = api === 'rest' ? current : { ...current, id: String(current.id) }
  return refusal(api, 412, 'version_conflict', { current: said })
}

/** The composable at an address of that API, and what it said was done. */
async function open(api: ApiName) {
  const done: { now: Doctor; saved: boolean }[] = []
  let edit!: ReturnType<typeof useEdit<Doctor, DoctorInput>>
  const Holder = defineComponent({
    setup() {
      edit = useEdit<Doctor, DoctorInput>(
        (spoken, hospital, { id, version }, changes) =>
          spoken.updateDoctor(hospital, id, version, changes),
        (now, saved) => done.push({ now, saved }),
      )
      return () => h('p')
    },
  })
  const history = createMemoryHistory()
  const router = createRouter({ history, routes: [{ path: '/', component: Holder }] })
  await router.push(`/?hospital=1&api=${api}`)
  const queryClient = new QueryClient()
  render(Holder, { global: { plugins: [router, [VueQueryPlugin, { queryClient }]] } })
  return { edit, done }
}
const input = ({ name, specialty, active }: Doctor): DoctorInput => ({ name, specialty, active })

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => {
  server.resetHandlers()
  asked.length = 0
})
afterAll(() => server.close())

describe.each(['rest', 'graphql'] as const)('an edit over %s', (api) => {
  it('sends only what differs, with the version that was seen', async () => {
    const { edit, done } = await open(api)
    reply(answer(api, { ...doctor, name: 'Dr. Sato', version: 4 }))
    await edit.save(doctor, { ...input(doctor), name: 'Dr. Sato' })
    expect(done).toEqual([{ now: { ...doctor, name: 'Dr. Sato', version: 4 }, saved: true }])
    const [one] = asked
    if (api === 'rest') {
      expect(one!.body).toEqual({ name: 'Dr. Sato' })
      expect(one!.headers.get('If-Match')).toBe('"3"')
    } else {
      expect(one!.body).toMatchObject({
        variables: { input: { id: '7', expectedVersion: 3, name: 'Dr. Sato' } },
      })
    }
  })
  it('sends nothing when nothing differs', async () => {
    const { edit, done } = await open(api)
    await edit.save(doctor, input(doctor))
    expect(done).toEqual([{ now: doctor, saved: false }])
    expect(asked).toEqual([])
  })
  it('shows both versions, and sends mine again with the new version', async () => {
    const { edit, done } = await open(api)
    const mine = { ...doctor, specialty: 'Neurology', version: 5 }
    reply(conflict(api, theirs), answer(api, mine))
    await edit.save(doctor, { ...input(doctor), specialty: 'Neurology' })
    expect(done).toEqual([])
    expect(edit.conflict.value).toMatchObject({ mine: { specialty: 'Neurology' }, theirs })
    await edit.applyMine()
    expect(edit.conflict.value).toBeNull()
    expect(done).toEqual([{ now: mine, saved: true }])
    const sent = JSON.stringify([asked[1]!.body, asked[1]!.headers.get('If-Match')])
    expect(sent).toContain(api === 'rest' ? '\\"4\\"' : '"expectedVersion":4')
  })
  it('takes theirs when asked to', async () => {
    const { edit, done } = await open(api)
    reply(conflict(api, theirs))
    await edit.save(doctor, { ...input(doctor), specialty: 'Neurology' })
    edit.keepTheirs()
    expect(done).toMatchObject([{ now: theirs, saved: false }])
  })
  it('knows its own change again when the answer to it was lost', async () => {
    const { edit, done } = await open(api)
    breakOff()
    await edit.save(doctor, { ...input(doctor), specialty: 'Cardiology' })
    expect(edit.error.value?.code).toBe('no_answer')
    reply(conflict(api, theirs))
    await edit.save(doctor, { ...input(doctor), specialty: 'Cardiology' })
    expect(edit.error.value).toBeNull()
    expect(done).toMatchObject([{ now: theirs, saved: true }])
  })
})
