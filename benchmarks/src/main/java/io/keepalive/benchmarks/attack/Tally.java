package io.keepalive.benchmarks.attack;

import io.keepalive.benchmarks.node.Style;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a row counted: deaths that should not have been, or that are missing. */
final class Tally {
    private final String name;
    private final Set<Style> styles = EnumSet.noneOf(Style.class);
    private final Map<Style, Long> wrong = new EnumMap<>(Style.class);
    private final List<String> notes = new ArrayList<>();
    private long chances;
    private boolean skipped;

    Tally(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** So many events on so many connections of each of these styles. */
    void chances(List<Style> taking, long count) {
        styles.addAll(taking);
        chances += count;
    }

    void wrong(Style style, long count) {
        wrong.merge(style, count, Long::sum);
    }

    void wrong(Map<Style, Integer> counts) {
        counts.forEach((style, count) -> wrong(style, (long) count));
    }

    void note(String note) {
        notes.add(note);
    }

    void skip(String reason) {
        skipped = true;
        note("skipped: " + reason);
    }

    boolean isSkipped() {
        return skipped;
    }

    List<String> notes() {
        return notes;
    }

    long chances() {
        return chances;
    }

    String cell(Style style) {
        return styles.contains(style) ? Long.toString(wrong.getOrDefault(style, 0L)) : "";
    }

    boolean isFault() {
        return wrong.entrySet().stream().anyMatch(entry -> entry.getKey().isOurs() && entry.getValue() > 0);
    }

    @Override
    public String toString() {
        return skipped ? "skipped" : wrong + " of " + chances + " in each style";
    }
}
