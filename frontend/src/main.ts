/* The page starts here: the state is made, the browser's own events are tied to it, the app is mounted. */
import { mount } from 'svelte';
import './lib/styles/base.css';
import AppView from './App.svelte';
import { App } from './lib/state/app.svelte';
import { browserStore } from './lib/state/storage';

const attentive = () => document.visibilityState === 'visible' && document.hasFocus();
const app = new App({ window, root: document.documentElement, store: browserStore(), attentive });

window.addEventListener('online', () => app.network(true));
window.addEventListener('offline', () => app.network(false));
window.addEventListener('focus', () => app.reading.consider());
window.addEventListener('pagehide', () => {
    app.drafts.flush();
    app.deletions.flush();
});
document.addEventListener('visibilitychange', () => {
    const looked = document.visibilityState === 'visible';
    app.ownStatus.looking(looked);
    if (looked) app.connection.retryNow();
    else app.drafts.flush();
});

const target = document.getElementById('app') as HTMLElement;
target.replaceChildren();
mount(AppView, { target, props: { app } });
void app.start();
