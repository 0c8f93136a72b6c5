package io.keepalive.cli.probe;

import io.keepalive.cli.probe.Verdict.ProbesCount;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What was seen, in sentences. */
final class Evidence {
    private Evidence() {}

    /** All rounds that the verdict rests on, and what is odd about them. */
    static List<String> of(Search search, Verdict verdict) {
        History history = search.history();
        List<String> lines = new ArrayList<>();
        history.rounds().forEach(round -> lines.add(line(round)));
        history.earlyEnd().ifPresent(end -> {
            if (end.isConstant()) {
                lines.add("the end comes after a constant time of about " + Seconds.text(end.medianNanos())
                        + ", whatever idle length was planned");
            }
        });
        if (verdict.probesCount() == ProbesCount.NO) {
            lines.add("connections with keepalive probes all the time ended just as early: probes don't count");
        }
        if (!history.mixed().isEmpty()) {
            lines.add("connections of the same length ended differently: "
                    + history.mixed().stream().map(Seconds::text).collect(Collectors.joining(", "))
                    + " idle; several boxes, or one under load");
        }
        if (history.changes() > 0) {
            lines.add("the path contradicted itself " + history.changes()
                    + (history.changes() == 1 ? " time" : " times")
                    + ": its timeout changed during the measurement; at the end it was "
                    + VerdictText.interval(Verdict.current(search)));
        }
        return lines;
    }

    /** For example {@code idle 7.5 s: 5 of 5 answered no probe}. */
    static String line(Round round) {
        Map<Fate, Integer> fates = new EnumMap<>(Fate.class);
        round.trials().forEach(trial -> fates.merge(trial.fate(), 1, Integer::sum));
        String what = fates.entrySet().stream()
                .map(entry -> entry.getValue() + " of " + round.trials().size() + " " + describe(entry.getKey(), round))
                .collect(Collectors.joining(", "));
        return (round.test() instanceof Step.Refreshed refreshed
                        ? "probed every " + Seconds.text(refreshed.everyNanos()) + " for "
                        : "idle ")
                + Seconds.text(round.test().nanos()) + ": " + what;
    }

    private static String describe(Fate fate, Round round) {
        if (!fate.isEarly() && fate != Fate.NEVER_IDLE) {
            return fate.description();
        }
        long[] times = round.trials().stream()
                .filter(trial -> trial.fate() == fate)
                .mapToLong(Trial::idleNanos)
                .sorted()
                .toArray();
        String first = Seconds.text(times[0]);
        String last = Seconds.text(times[times.length - 1]);
        return fate.description()
                + (fate == Fate.NEVER_IDLE ? " every " : " after ")
                + (first.equals(last) ? first : first + " to " + last);
    }
}
