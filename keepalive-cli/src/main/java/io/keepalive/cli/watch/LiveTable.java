package io.keepalive.cli.watch;

import io.keepalive.loss.LossCause;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The table that a terminal shows while watching. Pure: lines of at most 100 columns without colours. */
final class LiveTable {
    private static final int MOST_ROWS = 8;
    private static final int WIDTH = 100;
    private static final String ROW = "%-34s %7s  %-27s %9s %9s";

    private LiveTable() {}

    static List<String> of(Summary summary) {
        List<String> lines = new ArrayList<>();
        Tally tally = summary.tally();
        lines.add(String.format(
                "keepalive watch   %d s   %d open   %d ended%s",
                summary.watched().toSeconds(),
                summary.open(),
                tally.deaths(),
                summary.overruns() == 0 ? "" : "   INCOMPLETE: " + summary.overruns() + " overruns"));
        lines.add("");
        lines.add(String.format(ROW, "destination", "ended", "most often by", "survived", "killed"));
        List<Map.Entry<DestinationKey, Destination>> destinations = tally.destinations();
        destinations.stream().limit(MOST_ROWS).forEach(entry -> lines.add(row(entry.getKey(), entry.getValue())));
        if (destinations.size() > MOST_ROWS) {
            lines.add("and " + (destinations.size() - MOST_ROWS) + " more destinations");
        }
        lines.add("");
        tally.latest()
                .forEach(death -> lines.add(death.local() + " -> " + death.remote() + "  "
                        + DeathText.process(death) + "  " + DeathText.cause(death.verdict()) + " after "
                        + DeathCause.seconds(death.verdict().silenceMillis())));
        return lines.stream().map(LiveTable::cut).toList();
    }

    private static String row(DestinationKey key, Destination destination) {
        Map.Entry<LossCause, Integer> first = destination.causes().entrySet().stream()
                .max(Comparator.comparing(Map.Entry::getValue))
                .orElseThrow();
        return String.format(
                ROW,
                key,
                destination.deaths(),
                first.getValue() + " " + first.getKey(),
                seconds(destination.longestSurvived()),
                seconds(destination.shortestKilled()));
    }

    private static String seconds(OptionalLong millis) {
        return millis.isEmpty() ? "" : DeathCause.seconds(millis.getAsLong());
    }

    private static String cut(String line) {
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "~";
    }
}
