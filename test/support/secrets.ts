/** Keys of the tests. They open nothing else. */
export const HASH_SECRET = "a secret of the tests, 32 bytes or more";
export const ANALYTICS_KEY = "analytics-key-of-the-tests";
export const INGEST_KEY = "ingest-key-of-the-tests";
export const ADMIN_KEY = "admin-key-of-the-tests";
