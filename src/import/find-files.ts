/**
 * Finds transcripts under folders: `*.jsonl` at any depth, since sub-agents have folders of their own.
 */
import { readdir, stat } from "node:fs/promises";
import path from "node:path";

/** A file that was found. */
export interface FoundFile {
  path: string;
  bytes: number;
  /** When it was last written, ms since 1970. */
  changedAt: number;
}

/** What was found, and what could not be looked into. */
export interface FoundFiles {
  /** Oldest first, so that what a resumed session repeats is known by then. */
  files: FoundFile[];
  unreadable: string[];
}

/**
 * Looks through folders, or takes files as they are named. Links inside are not followed: they could go in circles.
 *
 * @throws what `stat` throws, when one of the given paths is not there
 */
export async function findTranscripts(roots: readonly string[]): Promise<FoundFiles> {
  const found: FoundFiles = { files: [], unreadable: [] };
  for (const root of roots) {
    const entry = await stat(root);
    if (entry.isDirectory()) await lookInto(root, found);
    else found.files.push({ path: root, bytes: entry.size, changedAt: entry.mtimeMs });
  }
  // The same file, when one of the folders lies in another.
  const unique = new Map(found.files.map((file) => [path.resolve(file.path), file]));
  const files = [...unique.values()].sort((left, right) => left.changedAt - right.changedAt || (left.path < right.path ? -1 : 1));
  return { ...found, files };
}

async function lookInto(folder: string, found: FoundFiles): Promise<void> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch {
    found.unreadable.push(folder);
    return;
  }
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) await lookInto(place, found);
    if (!entry.isFile() || !entry.name.endsWith(".jsonl")) continue;
    try {
      const { size, mtimeMs } = await stat(place);
      found.files.push({ path: place, bytes: size, changedAt: mtimeMs });
    } catch {
      found.unreadable.push(place);
    }
  }
}
