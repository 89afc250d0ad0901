/** Copying to the clipboard. */
import { texts } from "../texts/index.ts";

/** Copies a text, and says so on the button that was pressed. Never rejects. */
export async function copyText(text: string, button: HTMLButtonElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = texts.copied;
  } catch {
    // Without https there is no clipboard; the text can still be selected.
    button.textContent = texts.selectToCopy;
  }
}
