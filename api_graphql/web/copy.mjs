// Copies the prebuilt files of GraphiQL to where Django serves them: `npm ci && npm run build`.
import { copyFileSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const to = join(here, '../static/api_graphql/graphiql')
const files = [
  'react/umd/react.production.min.js',
  'react-dom/umd/react-dom.production.min.js',
  'graphiql/graphiql.min.js',
  'graphiql/graphiql.min.css',
]
mkdirSync(to, { recursive: true })
for (const file of files) {
  copyFileSync(join(here, 'node_modules', file), join(to, basename(file)))
}
