import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/**
 * Every address is relative, so that the same files work at `/` and under a gateway's `/function/results-ws/`.
 * While developing, `FRAMEWIRE_RESULTS` names the results-ws (or `dev/serve.mjs`) that answers for it.
 */
const results = process.env.FRAMEWIRE_RESULTS ?? 'http://127.0.0.1:8090';

export default defineConfig({
  base: './',
  plugins: [svelte()],
  build: {
    outDir: 'dist',
    target: 'es2022',
    modulePreload: { polyfill: false },
    // a slow machine is no fault of the build
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  server: { proxy: { '/api': results, '/ws': { target: results, ws: true } } },
});
