/* The build of the web app: plain files under dist, which the server embeds and sends.
 *
 * The page must live under a policy without inline scripts and styles, so nothing is inlined here: no small
 * assets as data URLs, no preload polyfill. The target is the first browsers that know light-dark(), on
 * which the colour tokens stand.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

declare const process: { env: Record<string, string | undefined> };

/** Where the server is that `npm run dev` stands in front of. */
const server = process.env.PARLEY_DEV_SERVER ?? 'http://localhost:8080';

/* The service worker is a script of its own, built last: it knows every other file. */
function worker(): Plugin {
    return {
        name: 'parley-worker',
        apply: 'build',
        writeBundle: async ({ dir = 'dist' }) => {
            const names = readdirSync(dir, { recursive: true, withFileTypes: true })
                .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && entry.name !== 'sw.js')
                .map((entry) => `${entry.parentPath}/${entry.name}`.slice(dir.length + 1))
                .sort();
            const digest = createHash('sha256');
            for (const name of names) digest.update(name).update(readFileSync(`${dir}/${name}`));
            const files = names.map((name) => `/${name}`);
            await build({
                configFile: false,
                publicDir: false,
                logLevel: 'warn',
                define: { FILES: JSON.stringify(files), BUILD: JSON.stringify(digest.digest('hex').slice(0, 16)) },
                build: {
                    outDir: dir,
                    emptyOutDir: false,
                    reportCompressedSize: false,
                    rolldownOptions: { input: 'src/worker/worker.ts', output: { format: 'iife', entryFileNames: 'sw.js' } },
                },
            });
        },
    };
}

type Info = { isEntry: boolean; importers: readonly string[] } | null;
type Graph = { getModuleInfo(id: string): Info };

/* Whether the first visit needs a module, so that all of those make one file: one request, and compressed as one. */
function eagerOf(): (id: string, graph: Graph) => string | undefined {
    const known = new Map<string, boolean>();
    const isEager = (id: string, graph: Graph): boolean => {
        const before = known.get(id);
        if (before !== undefined) return before;
        known.set(id, false); // until it is known: modules may import one another in circles
        const info = graph.getModuleInfo(id);
        const eager = !!info && (info.isEntry || info.importers.some((importer) => isEager(importer, graph)));
        known.set(id, eager);
        return eager;
    };
    return (id, graph) => (isEager(id, graph) ? 'app' : undefined);
}

export default defineConfig(({ mode }) => ({
    plugins: [svelte(), worker()],
    resolve: {
        alias: { $lib: new URL('./src/lib', import.meta.url).pathname },
        // Tests run the state modules as the browser does, not as a server would render them.
        conditions: mode === 'test' ? ['browser'] : undefined,
    },
    build: {
        target: ['chrome123', 'edge123', 'firefox125', 'safari17.5'],
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
        // One sheet: what the lazy chunks add to it is less than the requests that they would make for theirs.
        cssCodeSplit: false,
        rolldownOptions: { output: { codeSplitting: { groups: [{ name: eagerOf() }] } } },
    },
    server: {
        port: 5173,
        proxy: { '/socket.io': { target: server, ws: true }, '/api': server, '/files': server },
    },
    test: { environment: 'happy-dom', pool: 'threads', isolate: false, css: true, include: ['src/**/*.test.ts'], testTimeout: 60_000 },
}));
