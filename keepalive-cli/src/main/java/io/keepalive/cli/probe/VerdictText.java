package io.keepalive.cli.probe;

import io.keepalive.Middlebox;
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
        switch (verdict.outcome()) {
            case MIXED ->
                lines.add("  undecided  connections of the same length ended differently: several boxes, or one"
                        + " under load");
            case UNSTABLE -> lines.add("  undecided  the path changed its timeout again and again");
            case VARIES -> lines.add("  now        " + interval(Verdict.current(search)));
            default -> {
                // the headline is complete
            }
        }
        return lines;
    }

    private static String headline(Verdict verdict) {
        return switch (verdict.outcome()) {
            case UNFINISHED -> "Idle timeout, as far as measured: " + interval(verdict);
            case VARIES, UNSTABLE ->
                "The idle timeout varies: "
                        + (verdict.lessThanNanos().isEmpty()
                                        && verdict.atLeastNanos().isPresent()
                                ? "at least "
                                        + Seconds.text(verdict.atLeastNanos().getAsLong())
                                : interval(verdict));
            default -> "Idle timeout: " + interval(verdict);
        };
    }

    /** For example {@code between 6.5 s and 7.5 s}. */
    static String interval(Verdict verdict) {
        OptionalLong atLeast = verdict.atLeastNanos();
        OptionalLong lessThan = verdict.lessThanNanos();
        if (lessThan.isPresent()) {
            return atLeast.isPresent()
                    ? "between " + Seconds.text(atLeast.getAsLong()) + " and " + Seconds.text(lessThan.getAsLong())
                    : "below " + Seconds.text(lessThan.getAsLong());
        }
        return atLeast.isPresent() ? "above " + Seconds.text(atLeast.getAsLong()) + ", if there is one" : "not known";
    }

    /** What the measurement does not show. */
    static List<String> limits(List<String> limits) {
        List<String> lines = new ArrayList<>();
        lines.add("What this does not show:");
        limits.forEach(limit -> lines.add("  - " + limit));
        return lines;
    }
}
