// Prints the documents that the app sends, exactly as it sends them, as a JSON list: what
// `manage.py persist_documents` takes.
import { print } from '@0no-co/graphql.web'
import { createServer } from 'vite'

const server = await createServer({ server: { middlewareMode: true }, logLevel: 'error' })
try {
  const documents = Object.values(await server.ssrLoadModule('/src/api/documents.ts'))
  const sent = documents.filter((each) =>
    each.definitions?.some((definition) => definition.kind === 'OperationDefinition'),
  )
  process.stdout.write(JSON.stringify(sent.map(print)))
} finally {
  await server.close()
}
