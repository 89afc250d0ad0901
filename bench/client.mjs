/**
 * Requests to the benchmark's Worker over the loopback, on connections that are kept, without time limits: a question
 * over a million raw rows may take minutes.
 */
import http from "node:http";

/**
 * @typedef {import("./worker/counting-database.mjs").Tally} Tally
 * @typedef {object} Target - which design on which database, and at which simulated time
 * @property {"kit" | "plain" | "floor"} design
 * @property {string} database
 * @property {number | undefined} [now] - ms since 1970
 */

/**
 * @param {number} port
 * @param {() => string} words - what the Worker said of late, for error messages
 */
export function createClient(port, words) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

  /** @returns {Promise<{ status: number, text: string, tally: string | undefined, ms: number }>} */
  function send({ path, method = "GET", headers = {}, body = "" }) {
    return new Promise((resolve, reject) => {
      const started = performance.now();
      const length = body === "" ? {} : { "Content-Length": Buffer.byteLength(body) };
      const request = http.request({ host: "127.0.0.1", port, agent, path, method, headers: { ...headers, ...length } }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => {
          const tally = response.headers["x-bench-tally"];
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), tally: String(tally), ms: performance.now() - started });
        });
      });
      request.once("error", reject);
      request.end(body);
    });
  }

  /** Sends a request and fails unless it succeeds. */
  async function demand(request) {
    const answer = await send(request);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw new Error(`${request.path} answered ${answer.status}: ${answer.text.slice(0, 500)}\n${words()}`);
  }

  return {
    send,
    demand,
    /**
     * Sends a request that is counted.
     *
     * @param {Target} target
     * @param {{ path: string, method?: string, body?: string }} request
     * @returns {Promise<{ text: string, ms: number, answer: Tally, later: Tally }>}
     */
    async counted(target, request) {
      const headers = { ...headersOf(target), "x-bench-counted": "1" };
      const { text, ms, tally } = await demand({ ...request, headers });
      return { text, ms, ...JSON.parse(tally ?? "") };
    },
    /**
     * Runs statements on a database, in one batch.
     *
     * @param {string} database
     * @param {readonly string[]} statements
     * @returns {Promise<{ rows: any[][], rowsRead: number, bytes: number }>}
     */
    async sql(database, statements) {
      const { text } = await demand({ path: "/bench/sql", method: "POST", headers: { "x-bench-database": database }, body: JSON.stringify(statements) });
      return JSON.parse(text);
    },
    close: () => agent.destroy(),
  };
}

/** @param {Target} target */
export function headersOf({ design, database, now }) {
  return {
    "Content-Type": "application/json",
    "x-bench-design": design,
    "x-bench-database": database,
    ...(now === undefined ? {} : { "x-bench-now": String(now) }),
  };
}
