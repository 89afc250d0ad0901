/** What search engines may list of this page. */
import { element } from "./elements.ts";

/**
 * Keeps figures that no key of the owner's guards out of search engines: they run scripts, and would list skills and
 * error messages. The page without figures may be found.
 */
export function keepOutOfSearch(): void {
  if (document.querySelector('meta[name="robots"]') === null) document.head.append(element("meta", { name: "robots", content: "noindex" }));
}
