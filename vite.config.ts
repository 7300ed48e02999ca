import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The workbench's page: one bundle in `dist/app`, served by `src/server`. */
export default defineConfig({
  root: 'src/app',
  base: './',
  plugins: [react()],
  build: { outDir: '../../dist/app', emptyOutDir: true, chunkSizeWarningLimit: 4000 },
});
