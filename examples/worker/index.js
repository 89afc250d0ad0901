/** The Worker of `npm start`: what a user deploys, and the one key of metadata that run-skills.ts sets. */
import { createTrackingHandler } from "../../dist/track-skills.worker.js";

export default createTrackingHandler({ metadata: ["documentChars"] });
