/* Fails when what a first visit loads outgrows its budget: the scripts and styles that index.html names,
 * and what those scripts import at once. Lazy chunks do not count. Sizes are brotli, as the server sends. */
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const BUDGET_KB = { js: 85, css: 12, html: 6 };
const dist = new URL('../dist/', import.meta.url);

const read = (name) => readFileSync(new URL(name, dist));
const brotli = (bytes) =>
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

const html = read('index.html');
const named = [...html.toString().matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map((match) => match[1]);
const initial = new Set(named);
for (const name of initial) {
    if (!name.endsWith('.js')) continue;
    for (const [, file] of read(name).toString().matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) {
        initial.add(`assets/${file}`);
    }
}

const total = { js: 0, css: 0, html: brotli(html) };
for (const name of initial) total[name.endsWith('.css') ? 'css' : 'js'] += brotli(read(name));

let over = 0;
for (const [kind, bytes] of Object.entries(total)) {
    const fits = bytes <= BUDGET_KB[kind] * 1024;
    if (!fits) over += 1;
    console.log(`${fits ? 'ok  ' : 'OVER'} ${kind.padEnd(4)} ${(bytes / 1024).toFixed(1)} KB of ${BUDGET_KB[kind]} KB`);
}
process.exit(over ? 1 : 0);
