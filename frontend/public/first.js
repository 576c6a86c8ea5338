// What the styles need of the reader's preferences, before anything is painted: modules come too
// late for that, and the content security policy allows no script in the page itself.
try {
  const { theme, density } = JSON.parse(localStorage.getItem('preferences') ?? '{}')
  if (theme) document.documentElement.dataset.theme = theme
  if (density) document.documentElement.dataset.density = density
} catch {
  // Storage may be forbidden: then the system's theme holds.
}
