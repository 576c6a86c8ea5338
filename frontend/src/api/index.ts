// Which API is spoken; the rest of the app does not know.
import { createRestApi } from './rest'
import type { Api, ApiName } from './types'

const made: Record<ApiName, Promise<Api> | undefined> = { rest: undefined, graphql: undefined }

const createApi: Record<ApiName, () => Promise<Api>> = {
  rest: async () => createRestApi(),
  graphql: async () => (await import('./graphql')).createGraphQLApi(),
}

export function getApi(name: ApiName): Promise<Api> {
  made[name] ??= createApi[name]().catch((error) => {
    // The chunk did not come; the next call tries again.
    made[name] = undefined
    throw error
  })
  return made[name]
}

export { ApiError, isAbort, toApiError } from './errors'
export type { FieldError } from './errors'
export type * from './types'
export { serverNow } from './server-clock'
export { onCost } from './cost'
export { onSlow, SLOW } from './limit'
export { accessToken, onSessionEnd, refreshToken, signIn, signOut } from './tokens'
export { onExpired } from './send'
export { forgetAnswers } from './rest'
