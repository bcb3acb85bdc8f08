import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

const api = process.env['API_URL'] ?? 'http://localhost:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { conditions: ['speedspace-source', ...defaultClientConditions] },
  server: { port: 5173, proxy: { '/api': api, '/healthz': api } },
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2024',
    // Its size is measured by `npm run bench -- console`.
    chunkSizeWarningLimit: 1_500,
    reportCompressedSize: false,
  },
});
