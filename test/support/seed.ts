/** Property tests of one commit try the same cases in every run, so that what failed fails again. */
import * as fc from "fast-check";
import { inject } from "vitest";

fc.configureGlobal({ seed: inject("seed") });
