/** The Worker that the pool serves: the handler as users mount it, with the secrets of the tests. */
import { createTrackingHandler } from "../../src/worker.ts";
import { ANALYTICS_KEY, HASH_SECRET } from "./secrets.ts";

export default createTrackingHandler({ hashSecret: HASH_SECRET, analyticsKey: ANALYTICS_KEY });
