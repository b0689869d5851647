import { fileURLToPath } from 'node:url'

import vue from '@vitejs/plugin-vue'
import ElementPlus from 'unplugin-element-plus/vite'
import { defineConfig } from 'vite'

import { manual } from './manual'

const service = process.env.GEO_REGISTRY_URL ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [vue(), ElementPlus({}), manual()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // The content security policy refuses data: fonts and inline modules, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // MapLibre alone is above the default; the limit that counts is tested on the gzip size.
    chunkSizeWarningLimit: 1400,
  },
  // The page of one rule is written by the service; the list of rules is ours.
  server: { proxy: { '/api': service, '/tiles': service, '^/rules/.+': service } },
})
