/** The Worker of `npm start`: just what a user deploys. */
import { createTrackingHandler } from "../../dist/track-skills.worker.js";

export default createTrackingHandler();
