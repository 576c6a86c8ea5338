// Starts GraphiQL against this host. The token stays in this page's memory.
'use strict'

const EXAMPLE = `# Sign in above, then run this.
{
  me { name memberships { role hospital { id name timezone } } }
}
`
const form = document.getElementById('sign-in')
const place = document.getElementById('graphiql')
const endpoint = new URL('/graphql/', location.href)

async function ask(body) {
  const headers = { Accept: 'application/graphql-response+json', 'Content-Type': 'application/json' }
  const token = form.elements.token.value.trim()
  if (token) headers.Authorization = `Bearer ${token}`
  const response = await fetch(endpoint, {
    method: 'POST',
    headers,
    credentials: 'omit',
    body: JSON.stringify(body),
  })
  return response.json()
}

function show() {
  form.querySelector('output').value = form.elements.token.value ? 'Token set' : 'Not signed in'
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  form.elements.token.value = ''
  const answer = await ask({
    query:
      'mutation SignIn($email: String!, $password: String!) {' +
      ' obtainToken(email: $email, password: $password) { access } }',
    variables: { email: form.elements.email.value, password: form.elements.password.value },
  })
  form.elements.token.value = answer.data?.obtainToken?.access ?? ''
  show()
  if (answer.errors) form.querySelector('output').value = answer.errors[0].message
  else form.elements.password.value = ''
})
form.elements.token.addEventListener('input', show)

// A link bears no token, so the file is fetched.
document.getElementById('schema').addEventListener('click', async (event) => {
  event.preventDefault()
  const token = form.elements.token.value.trim()
  const response = await fetch(new URL('/graphql/schema', location.href), {
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    credentials: 'omit',
  })
  if (!response.ok) {
    form.querySelector('output').value = 'Sign in to read the schema'
    return
  }
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = 'schema.graphql'
  link.click()
  URL.revokeObjectURL(link.href)
})

if (window.GraphiQL) {
  const page = React.createElement(GraphiQL, {
    fetcher: ask,
    defaultQuery: EXAMPLE,
    // Headers would be kept in the browser's storage, and the token is given above.
    shouldPersistHeaders: false,
    isHeadersEditorEnabled: false,
  })
  ReactDOM.createRoot(place).render(page)
} else {
  const hint = document.createElement('p')
  hint.textContent = 'GraphiQL is not built here: npm ci && npm run build in api_graphql/web.'
  place.replaceChildren(hint)
}
