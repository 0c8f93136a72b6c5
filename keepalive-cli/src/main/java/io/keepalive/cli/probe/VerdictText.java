package io.keepalive.cli.probe;

import io.keepalive.Middlebox;
import io.keepalive.cli.probe.Step.Outcome;
import io.keepalive.cli.probe.Verdict.ProbesCount;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** The verdict for people. */
final class VerdictText {
    private VerdictText() {}

    /** Lines of one direction's verdict. */
    static List<String> of(Search search) {
        Verdict verdict = Verdict.of(search);
        List<String> lines = new ArrayList<>();
        lines.add(headline(verdict));
        lines.add("  mechanism  " + verdict.mechanism().text() + ": "
                + verdict.mechanism().description()
                + (verdict.probesCount() == ProbesCount.NO ? "; keepalive probes don't count" : ""));
        if (verdict.lessThanNanos().isPresent()) {
            String fits = verdict.fits().stream().map(Middlebox::text).collect(Collectors.joining(", "));
            lines.add("  fits       " + (fits.isEmpty() ? "no default of the catalogue" : fits));
        }
        lines.add("  what to do " + Advice.toDo(verdict));
        if (verdict.outcome() == Outcome.MIXED || verdict.outcome() == Outcome.UNSTABLE) {
            lines.add("  undecided  "
                    + (verdict.outcome() == Outcome.MIXED
                            ? "connections of the same length ended differently: several boxes, or one under load"
                            : "the path changed its timeout again and again"));
        }
        return lines;
    }

    private static String headline(Verdict verdict) {
        OptionalLong atLeast = verdict.atLeastNanos();
        OptionalLong lessThan = verdict.lessThanNanos();
        String known = lessThan.isPresent()
                ? atLeast.isPresent()
                        ? "between " + Seconds.text(atLeast.getAsLong()) + " and " + Seconds.text(lessThan.getAsLong())
                        : "below " + Seconds.text(lessThan.getAsLong())
                : atLeast.isPresent()
                        ? "above " + Seconds.text(atLeast.getAsLong()) + ", if there is one"
                        : "not known";
        return (verdict.outcome() == Outcome.UNFINISHED ? "Idle timeout, as far as measured: " : "Idle timeout: ")
                + known;
    }

    /** What the measurement does not show. */
    static List<String> limits(List<String> limits) {
        List<String> lines = new ArrayList<>();
        lines.add("What this does not show:");
        limits.forEach(limit -> lines.add("  - " + limit));
        return lines;
    }
}
