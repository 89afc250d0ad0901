/** Points in time: which of them have begun, and what their rows say. */
import type { Envelope, TimePoint } from "../../../src/analytics/answers.ts";

/** The points of a series but for those that lie ahead: hours and days that have not begun would look like a collapse. */
export function begunPoints<Point extends Pick<TimePoint, "at">>(points: readonly Point[], { generatedAt }: Envelope): Point[] {
  return points.filter((point) => point.at <= generatedAt);
}

/** Sums of all points. */
export function sumOf<Point>(points: readonly Point[], figureOf: (point: Point) => number): number {
  return points.reduce((sum, point) => sum + figureOf(point), 0);
}
