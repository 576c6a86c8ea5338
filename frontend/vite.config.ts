import { fileURLToPath } from 'node:url'

import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// Where `npm run dev` finds Django.
const server = process.env.API_SERVER ?? 'http://127.0.0.1:8000'
const toServer = { target: server, changeOrigin: true }

export default defineConfig(({ command }) => ({
  // Django serves index.html at the app's own paths and all other files under /static/app/.
  base: command === 'build' ? '/static/app/' : '/',
  plugins: [
    vue(),
    vueI18n({
      include: fileURLToPath(new URL('./src/locales/**', import.meta.url)),
      // Messages are compiled here, so that the page needs no compiler (and no eval).
      runtimeOnly: true,
      fullInstall: false,
      dropMessageCompiler: true,
      strictMessage: false,
    }),
  ],
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    target: 'es2022',
    manifest: true,
    // The content security policy allows no data: addresses and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': toServer, '/graphql': toServer, '/admin': toServer, '/static': toServer },
  },
  test: {
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'http://127.0.0.1:8000/' } },
    include: ['tests/**/*.spec.ts'],
    setupFiles: ['tests/setup.ts'],
    restoreMocks: true,
  },
}))
