package io.keepalive.cli.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Rounds that one idle timeout explains: which lengths were found to live and to die, in this order.
 *
 * <p>A path may change its timeout once without contradicting itself. What a regime claims holds nevertheless: see
 * {@link #isConfirmed}.
 */
final class Regime {
    private final Goal goal;
    private final List<Decision> decisions = new ArrayList<>();
    private final List<EarlyEnd> earlyEnds = new ArrayList<>();
    private Optional<EarlyEnd> refreshedEnd = Optional.empty();
    private Tally refreshed = Tally.NONE;
    private boolean refreshedIsLast;

    /** A length was found to live or to die. */
    private record Decision(long nanos, boolean lives) {
        boolean contradicts(long length, boolean otherLives) {
            return otherLives ? !lives && nanos <= length : lives && nanos >= length;
        }
    }

    Regime(Goal goal) {
        this.goal = goal;
    }

    /** Whether the path must have changed its timeout, if it behaves like that now. */
    boolean contradicts(long length, boolean lives, Optional<EarlyEnd> end) {
        return lastContradicted(length, lives) >= 0
                || end.filter(EarlyEnd::isConstant)
                        .filter(now -> now.upperNanos(goal) <= lived() || !agreesWithEarlier(now))
                        .isPresent();
    }

    private boolean agreesWithEarlier(EarlyEnd end) {
        return earlyEnds.stream().filter(EarlyEnd::isConstant).allMatch(end::agreesWith);
    }

    private int lastContradicted(long length, boolean lives) {
        for (int i = decisions.size() - 1; i >= 0; i--) {
            if (decisions.get(i).contradicts(length, lives)) {
                return i;
            }
        }
        return -1;
    }

    void add(long length, boolean lives, Optional<EarlyEnd> end) {
        decisions.add(new Decision(length, lives));
        if (end.isPresent()) {
            earlyEnds.add(end.get());
        } else if (!lives) {
            earlyEnds.clear(); // those were accidents: idle connections do live up to the first probe
        }
        refreshedIsLast = false;
    }

    void addRefreshed(Round round) {
        refreshed = refreshed.plus(round);
        refreshedIsLast = true;
        if (round.early() * 2 > round.valid()) {
            refreshedEnd = Optional.of(EarlyEnd.of(round)).filter(EarlyEnd::isConstant);
        }
    }

    /** Connections with probes all the time ended early, but not when idle ones did. */
    boolean isContradictedByRefreshed(int margin) {
        return !refreshed.verdict(margin).orElse(true)
                && refreshedEnd.filter(end -> !agreesWithEarlier(end)).isPresent();
    }

    /** The longest length that lived; 0: none. */
    long lived() {
        return lived(decisions);
    }

    /** The shortest length that died, or {@link History#UNKNOWN}. */
    long died() {
        return died(decisions);
    }

    private static long lived(List<Decision> decisions) {
        return decisions.stream()
                .filter(Decision::lives)
                .mapToLong(Decision::nanos)
                .max()
                .orElse(0);
    }

    private static long died(List<Decision> decisions) {
        return decisions.stream()
                .filter(decision -> !decision.lives)
                .mapToLong(Decision::nanos)
                .min()
                .orElse(History.UNKNOWN);
    }

    boolean isDecided(long length) {
        return decisions.stream().anyMatch(decision -> decision.nanos == length);
    }

    /** Whether the newest decision is that this length lives. */
    boolean livedLast(long length) {
        return !decisions.isEmpty() && decisions.get(decisions.size() - 1).equals(new Decision(length, true));
    }

    /**
     * Whether the longest that lived did so both before and after the shortest that died. Then a timeout that changed once
     * meanwhile, unnoticed, was never shorter than the one, and was shorter than the other before or after.
     */
    boolean isConfirmed(long lived, long died) {
        return unconfirmed(lived, died) == 0;
    }

    /** The length to see again until {@link #isConfirmed}; 0: none. */
    long unconfirmed(long lived, long died) {
        int seen = 0; // of: lived, died, lived
        boolean isLivedLast = false;
        for (Decision decision : decisions) {
            if (decision.nanos == (seen == 1 ? died : lived)) {
                seen = Math.min(3, seen + 1);
            }
            if (decision.nanos == lived || decision.nanos == died) {
                isLivedLast = decision.lives;
            }
        }
        return seen == 1 ? died : seen == 3 && isLivedLast ? 0 : lived;
    }

    /**
     * What is certain of the timeout before a change that is noticed now, by a length that lives or dies: whatever was
     * decided after the last contradicted decision may be about the new one.
     */
    History.Bounds boundsBefore(long length, boolean lives) {
        int last = lastContradicted(length, lives);
        List<Decision> certain = last < 0 ? decisions : decisions.subList(0, last + 1);
        return new History.Bounds(lived(certain), died(certain));
    }

    /** When connections end during the silence: as the newest round of that kind showed. */
    Optional<EarlyEnd> earlyEnd() {
        return earlyEnds.isEmpty() ? Optional.empty() : Optional.of(earlyEnds.get(earlyEnds.size() - 1));
    }

    /** The interval in which the ends during the silence lie, if their time is constant. */
    Optional<History.Bounds> earlyBounds() {
        List<EarlyEnd> constant = Stream.concat(earlyEnds.stream(), refreshedEnd.stream())
                .filter(EarlyEnd::isConstant)
                .toList();
        return constant.isEmpty()
                ? Optional.empty()
                : Optional.of(new History.Bounds(
                        constant.stream()
                                .mapToLong(end -> end.lowerNanos(goal))
                                .min()
                                .orElseThrow(),
                        constant.stream()
                                .mapToLong(end -> end.upperNanos(goal))
                                .max()
                                .orElseThrow()));
    }

    /** Whether connections with probes all the time ended at a constant time, too. */
    boolean hasRefreshedEnd() {
        return refreshedEnd.isPresent();
    }

    /** Rounds in which idle connections ended early. */
    int earlyRounds() {
        return earlyEnds.size();
    }

    /** The votes on connections that were probed all the time. */
    Tally refreshed() {
        return refreshed;
    }

    /** Whether no idle round has followed the rounds with probes all the time. */
    boolean refreshedIsLast() {
        return refreshedIsLast;
    }
}
