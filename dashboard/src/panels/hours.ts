/** When a skill is called: hours of the day by days of the week. */
import { formatCount, formatHour, formatLocalHourOfWeek, formatWeekday } from "../format.ts";
import { heatMap } from "../heat-map.ts";
import { texts } from "../texts/index.ts";
import { contentPanel, type Panel } from "./panel.ts";

export const hoursPanel: Panel = contentPanel({
  ...texts.panels.hours,
  id: "hours",
  on: "skill",
  asks: "skill",
  width: "full",
  emptyText: texts.noCalls,
  needs: ["hours"],
  view({ hours, generatedAt }) {
    const most = Math.max(0, ...hours.flat());
    if (!(most > 0)) return undefined;
    const columns = [texts.weekdayColumn, ...Array.from({ length: 24 }, (_, hour) => formatHour(hour))];
    const rows = hours.map((calls, weekday) => ({
      name: formatWeekday(weekday),
      cells: calls.map((count, hour) => ({
        text: count === 0 ? "" : formatCount(count),
        share: count / most,
        title: texts.hourTitle(formatWeekday(weekday), formatHour(hour), formatLocalHourOfWeek(weekday, hour, generatedAt), count),
      })),
    }));
    return heatMap(texts.panels.hours.title, "hours", columns, rows);
  },
});
