/* A short, soft sound: two notes, made on the spot. Before somebody has touched the page the browser keeps it silent. */
const NOTES_HZ = [660, 880];
const NOTE_S = 0.12;
const VOLUME = 0.08;

let audio: AudioContext | undefined;

export function chime(): void {
    audio ??= new AudioContext();
    NOTES_HZ.forEach((hz, index) => play(audio as AudioContext, hz, (audio as AudioContext).currentTime + index * NOTE_S));
}

function play(context: AudioContext, hz: number, at: number): void {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    tone.frequency.value = hz;
    volume.gain.setValueAtTime(VOLUME, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 2 * NOTE_S);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 2 * NOTE_S);
}
