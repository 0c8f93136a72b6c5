package io.keepalive.cli.probe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the rounds so far prove. Built by replaying them; then read only. A round that contradicts an earlier one begins a
 * new {@link Regime}: the path has another timeout now.
 */
final class History {
    /** Nothing has died yet. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private final Goal goal;
    private final Map<Long, Tally> tallies = new LinkedHashMap<>();
    private final TreeSet<Long> mixed = new TreeSet<>();
    private final List<Round> rounds;
    private final List<Bounds> formerBounds = new ArrayList<>();
    private Regime regime;
    private int votes;
    private int minority;
    private long lastLength;
    private boolean neverIdle;

    /**
     * What is certain of a timeout.
     *
     * @param atLeastNanos 0 if nothing lived
     * @param lessThanNanos {@link #UNKNOWN} if nothing died
     */
    record Bounds(long atLeastNanos, long lessThanNanos) {}

    History(Goal goal, List<Round> rounds) {
        this.goal = goal;
        this.rounds = rounds;
        this.regime = new Regime(goal);
        rounds.forEach(this::add);
    }

    private void add(Round round) {
        if (round.test() instanceof Step.Refreshed) {
            addRefreshed(round);
            return;
        }
        long length = round.test().nanos();
        if (round.neverIdle() * 2 > round.valid()) {
            neverIdle = true;
            return;
        }
        // Votes of an earlier time would outvote a change.
        Tally before = length == lastLength ? tallies.getOrDefault(length, Tally.NONE) : Tally.NONE;
        lastLength = length;
        Tally alone = Tally.NONE.plus(round);
        Optional<Boolean> old = before.verdict(margin());
        Optional<Boolean> fresh = alone.verdict(margin());
        boolean flipped = old.isPresent() && fresh.isPresent() && !old.equals(fresh);
        Tally tally = flipped ? alone : before.plus(round);
        votes += alone.votes();
        minority += flipped ? 0 : tally.minority() - before.minority();
        minority = Math.max(0, minority);
        tallies.put(length, tally);
        if (tally.verdict(margin()).isPresent()) {
            decide(length, tally.verdict(margin()).get(), round);
        } else if (tally.isMixed(margin())) {
            mixed.add(length);
        }
    }

    private void decide(long length, boolean lives, Round round) {
        Optional<EarlyEnd> end =
                !lives && round.early() * 2 > round.died() ? Optional.of(EarlyEnd.of(round)) : Optional.empty();
        if (regime.contradicts(length, lives, end)) {
            change(
                    length,
                    lives ? length : end.map(early -> early.upperNanos(goal)).orElse(length),
                    lives);
        }
        regime.add(length, lives, end);
        mixed.removeIf(other -> other <= lived() || other >= died());
    }

    private void addRefreshed(Round round) {
        lastLength = 0;
        regime.addRefreshed(round);
        if (regime.isContradictedByRefreshed(margin())) {
            change(0, UNKNOWN, false);
        }
    }

    /** What was measured before is about another timeout. */
    private void change(long length, long contradicting, boolean lives) {
        formerBounds.add(regime.boundsBefore(contradicting, lives));
        regime = new Regime(goal);
        mixed.clear();
        tallies.keySet().removeIf(other -> other != length);
    }

    private int margin() {
        return new Noise(votes, minority).margin(goal.votes());
    }

    /** What holds since the path last contradicted itself. */
    Regime regime() {
        return regime;
    }

    /** The longest length that lived; 0: none. */
    long lived() {
        return regime.lived();
    }

    /** The shortest length that died, or {@link #UNKNOWN}. */
    long died() {
        return regime.died();
    }

    boolean isDecided(long length) {
        return regime.isDecided(length);
    }

    /** The length of the last round, if that did not decide about it. */
    Optional<Long> open() {
        if (rounds.isEmpty() || !(rounds.get(rounds.size() - 1).test() instanceof Step.Idle last)) {
            return Optional.empty();
        }
        Tally tally = tallies.getOrDefault(last.nanos(), Tally.NONE);
        return tally.verdict(margin()).isEmpty() && !tally.isMixed(margin())
                ? Optional.of(last.nanos())
                : Optional.empty();
    }

    /** Whether the votes about a length outweigh the noise that is known by now. */
    boolean isSure(long length) {
        Tally tally = tallies.getOrDefault(length, Tally.NONE);
        return tally.verdict(margin()).isPresent() || tally.rounds() > Tally.MOST_ROUNDS;
    }

    /** Lengths between the bounds at which connections disagree. */
    SortedSet<Long> mixed() {
        return mixed;
    }

    /** How often the path contradicted what it had done before. */
    int changes() {
        return formerBounds.size();
    }

    /** What was certain of the timeouts that the path had before. */
    List<Bounds> formerBounds() {
        return formerBounds;
    }

    boolean isNeverIdle() {
        return neverIdle;
    }

    /** Connections end during the silence. */
    Optional<EarlyEnd> earlyEnd() {
        return regime.earlyEnd();
    }

    /** Whether connections with probes all the time live longer than idle ones; empty if that is not decided. */
    Optional<Boolean> refreshedLive() {
        return regime.refreshed().verdict(margin()).filter(live -> live || regime.hasRefreshedEnd());
    }

    /** Whether more rounds with probes all the time would add nothing. */
    boolean isRefreshedMixed() {
        return regime.refreshed().rounds() >= Tally.MOST_ROUNDS
                && refreshedLive().isEmpty();
    }

    List<Round> rounds() {
        return rounds;
    }
}
