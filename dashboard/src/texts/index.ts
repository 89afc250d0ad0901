/** The texts of the page. A translation is one file beside `en.ts`, and one line here. */
import { en } from "./en.ts";

export type Texts = typeof en;

const TRANSLATIONS: Readonly<Record<string, Texts>> = { en };

/** In the reader's first language that there is, else in English. */
export const texts: Texts = navigator.languages.map((language) => TRANSLATIONS[language.split("-")[0] ?? ""]).find((found) => found !== undefined) ?? en;
