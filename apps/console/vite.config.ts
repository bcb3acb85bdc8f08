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
    rolldownOptions: {
      // The packages of which antd is made have no effect when they are imported, but do not declare it.
      treeshake: { moduleSideEffects: [{ test: /node_modules[\\/]@rc-component[\\/]/, sideEffects: false }] },
      output: {
        // Without groups every icon and small component is a file of its own, and a page asks for a hundred of them.
        codeSplitting: {
          groups: [
            {
              name: 'react',
              // Not the virtual list of TanStack, which the log alone needs.
              test: /node_modules[\\/](react|react-dom|scheduler|i18next|react-i18next|@tanstack[\\/](?!react-virtual|virtual-core)[\w-]+)[\\/]/,
              priority: 3,
            },
            {
              name: 'icons',
              test: /node_modules[\\/]@ant-design[\\/]icons/,
              priority: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: 32_768,
            },
          ],
        },
      },
    },
  },
});
