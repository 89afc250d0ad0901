/**
 * RESULTS.md, from what lies in a folder: results.json of `npm run bench` and client-results.json of
 * `npm run bench:client`. Each run writes its own file and keeps the other's part of the report.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { reportOf } from "./report.mjs";

/** @param {string} folder */
export async function writeReport(folder) {
  const [service, client] = await Promise.all([readResults(folder, "results.json"), readResults(folder, "client-results.json")]);
  await writeFile(path.join(folder, "RESULTS.md"), reportOf({ service, client }));
}

/** @returns {Promise<any>} `undefined` when that benchmark has not been run into this folder */
async function readResults(folder, file) {
  try {
    return JSON.parse(await readFile(path.join(folder, file), "utf8"));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return undefined;
    throw error;
  }
}
