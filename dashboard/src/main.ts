/** Entry of the dashboard: one page over the analytics of one tracker. */
import { Dashboard } from "./dashboard.ts";

new Dashboard().start();
