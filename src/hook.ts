/**
 * Track-Skills hook: one file that Claude Code runs after tool calls and typed skills. Copy it, and name it in
 * `settings.json`; docs/CLAUDE_CODE.md shows how.
 *
 * It reads the hook's JSON from stdin, writes one event without any content into a folder of its own, and leaves the
 * sending to a detached process, so that Claude Code waits for no network. It prints nothing and always exits with 0.
 * What cannot be sent waits in the folder for the next time.
 *
 * @module
 */
import { recordHook } from "./hook/record.ts";
import { SEND_FLAG, sendSpool } from "./hook/sender.ts";

// A hook that fails would be shown to the user, and one that exits with 2 would block.
process.on("uncaughtException", () => process.exit(0));
process.removeAllListeners("warning");

const run = process.argv.includes(SEND_FLAG) ? sendSpool : recordHook;
run().finally(() => process.exit(0));
