// What this session's requests cost: the last action's, and all of them.
import { reactive, ref, shallowRef } from 'vue'

import { type ApiName, type Cost, getApi, onCost } from '../api'
import { type CostSum, NO_COST, plus, raceResult, type RaceResult } from '../lib/costs'

/** Requests that follow each other this closely belong to one action, unless the reader acts again. */
const PAUSE = 400

const last = ref<CostSum>({ ...NO_COST })
/** The first request of the last action: what the action was about. */
const lastBegan = shallowRef<Cost | null>(null)
const session = reactive<Record<ApiName, CostSum>>({
  rest: { ...NO_COST },
  graphql: { ...NO_COST },
})
let beganAt = 0 // when the last action's first request was sent
let lastAt = 0 // when its last answer came
let actedAt = 0
let racing = false

for (const kind of ['pointerdown', 'keydown']) {
  addEventListener(kind, () => (actedAt = Date.now()), { capture: true, passive: true })
}

onCost((cost) => {
  if (racing) return
  session[cost.api] = plus(session[cost.api], cost)
  if (cost.background) return
  const actedSince = actedAt > beganAt && cost.sentAt >= actedAt
  const together = cost.sentAt - lastAt < PAUSE && !actedSince
  if (!together) beganAt = cost.sentAt
  last.value = plus(together ? last.value : NO_COST, cost)
  if (!together) lastBegan.value = cost
  lastAt = cost.at
})

const RUNS = 10

export type View = Parameters<Awaited<ReturnType<typeof getApi>>['schedules']>

export function useCosts() {
  const results = shallowRef<Record<ApiName, RaceResult> | null>(null)
  const running = ref(0)

  /** One request of this view, and its cost. */
  async function once(name: ApiName, view: View): Promise<Cost> {
    const api = await getApi(name)
    return new Promise((resolve, reject) => {
      const options = { fresh: true, background: true, onCost: resolve }
      api.schedules(view[0], view[1], options).catch(reject)
    })
  }
  /** The same view on both APIs, taking turns, each warmed up once. */
  async function race(view: View): Promise<void> {
    const costs: Record<ApiName, Cost[]> = { rest: [], graphql: [] }
    racing = true
    results.value = null
    try {
      for (const name of ['rest', 'graphql'] as const) await once(name, view)
      for (let run = 1; run <= RUNS; run += 1) {
        running.value = run
        for (const name of ['rest', 'graphql'] as const) costs[name].push(await once(name, view))
      }
      results.value = { rest: raceResult(costs.rest), graphql: raceResult(costs.graphql) }
    } finally {
      racing = false
      running.value = 0
    }
  }
  return { last, lastBegan, session, race, once, results, running, runs: RUNS }
}
