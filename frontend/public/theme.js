// Sets the chosen theme before the first paint, so that a dark page never flashes white. A file of its own
// because the page's policy allows no inline script; src/lib/state/prefs.svelte.ts writes what it reads.
try {
    const theme = JSON.parse(localStorage.getItem('parley.prefs') || '{}').theme;
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
    // Without storage the system's theme holds.
}
