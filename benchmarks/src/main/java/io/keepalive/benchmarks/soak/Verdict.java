package io.keepalive.benchmarks.soak;

import java.util.ArrayList;
import java.util.List;

/** What the judge found. */
final class Verdict {
    private final List<String> details = new ArrayList<>();
    private int found;
    private int falseDeaths;
    private int missed;
    private int late;
    private int early;

    void found(int count) {
        found += count;
    }

    void falseDeaths(int count, String what) {
        falseDeaths += count;
        detail(count, "false", what);
    }

    void missed(int count, String what) {
        missed += count;
        detail(count, "missed", what);
    }

    void late(int count, String what) {
        late += count;
        detail(count, "late", what);
    }

    void early(int count, String what) {
        early += count;
        detail(count, "early", what);
    }

    private void detail(int count, String kind, String what) {
        if (count > 0) {
            details.add(count + " " + kind + ": " + what);
        }
    }

    List<String> details() {
        return details;
    }

    int falseDeaths() {
        return falseDeaths;
    }

    int missed() {
        return missed;
    }

    int late() {
        return late;
    }

    int early() {
        return early;
    }

    boolean isClean() {
        return falseDeaths + missed + late + early == 0;
    }

    @Override
    public String toString() {
        return "deaths found in time: " + found + ", false: " + falseDeaths + ", missed: " + missed + ", late: " + late
                + ", early: " + early;
    }
}
