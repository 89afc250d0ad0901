/** The texts of the page. A translation is one file beside `en.ts`, and one line here. */
import { nameUnits } from "../format.ts";
import { en } from "./en.ts";

export type Texts = typeof en;

const TRANSLATIONS: Readonly<Record<string, Texts>> = { en };

/** The reader's first language that there is, else English. */
const language = navigator.languages.map((name) => name.split("-")[0] ?? "").find((name) => Object.hasOwn(TRANSLATIONS, name)) ?? "en";

export const texts: Texts = TRANSLATIONS[language] ?? en;

// Screen readers pronounce what they read by it.
document.documentElement.lang = language;
nameUnits(texts.units);
