const NOTES = [
  { pitch: 660, at: 0 },
  { pitch: 880, at: 0.11 },
] as const;
const LOUDNESS = 0.12;
const LENGTH_S = 0.28;
const KEY = "chatflow.sound";

let context: AudioContext | null = null;

/** Two soft notes, made here: no file to load. Browsers allow it once somebody has touched the page. */
export function beep(): void {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
  for (const { pitch, at } of NOTES) play(context, pitch, context.currentTime + at);
}

function play(audio: AudioContext, pitch: number, start: number): void {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH_S);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + LENGTH_S);
}

/** A matter of the device, not of the person: a phone on the table, a desk in an office. */
export function hasSound(): boolean {
  return localStorage.getItem(KEY) === "on";
}

export function setSound(isOn: boolean): void {
  localStorage.setItem(KEY, isOn ? "on" : "off");
}
