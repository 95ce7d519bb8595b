// Sets the chosen theme before the first paint, so that a dark page never flashes white, and the language before
// the first word. A file of its own because the page's policy allows no inline script;
// src/lib/state/prefs.svelte.ts writes what it reads.
try {
    const { theme, language } = JSON.parse(localStorage.getItem('parley.prefs') || '{}');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    if (language) document.documentElement.dataset.language = language;
} catch {
    // Without storage the system's theme holds.
}
