/* All words of the app come through here. Another language is another catalogue of the same type. */
import { en } from './strings/en';

export type Strings = typeof en;
export const locale = 'en';
export const t: Strings = en;
