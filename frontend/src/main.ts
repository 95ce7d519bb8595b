/* The page starts here: the state is made, the browser's own events are tied to it, the app is mounted. */
import { mount } from 'svelte';
import './lib/styles/base.css';
import AppView from './App.svelte';
import { whenIdle } from './lib/features/shell/when-idle';
import { App } from './lib/state/app.svelte';
import { browserDatabase } from './lib/state/database';
import { Installed } from './lib/state/installed';
import { browserStore } from './lib/state/storage';
import { browserTabs } from './lib/state/tabs';

const attentive = () => document.visibilityState === 'visible' && document.hasFocus();
const app = new App({ window, root: document.documentElement, store: browserStore(), database: browserDatabase(), tabs: browserTabs(), attentive });

window.addEventListener('online', () => app.network(true));
window.addEventListener('offline', () => app.network(false));
window.addEventListener('focus', () => app.reading.consider());
window.addEventListener('pagehide', () => {
    app.goodbye();
    app.deletions.flush();
});
document.addEventListener('visibilitychange', () => {
    const looked = document.visibilityState === 'visible';
    app.ownStatus.looking(looked);
    if (looked) app.connection.retryNow();
    else app.goodbye();
});

const target = document.getElementById('app') as HTMLElement;
target.replaceChildren();
mount(AppView, { target, props: { app } });
void app.start();

if (import.meta.env.PROD) {
    const installed = new Installed(() => app.updated());
    app.socket.watch(({ phase }) => phase === 'open' && installed.check());
    whenIdle(() => void installed.start());
}
