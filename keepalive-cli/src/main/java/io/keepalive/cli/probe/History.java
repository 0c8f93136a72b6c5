package io.keepalive.cli.probe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the rounds so far prove. Built by replaying them; then read only. */
final class History {
    /** Nothing has died yet. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private final Goal goal;
    private final Map<Long, Tally> tallies = new LinkedHashMap<>();
    private final List<Decision> decisions = new ArrayList<>();
    private final TreeSet<Long> mixed = new TreeSet<>();
    private final List<Round> rounds;
    private int votes;
    private int minority;
    private int changes;
    private boolean neverIdle;
    private Optional<EarlyEnd> earlyEnd = Optional.empty();
    private Optional<Round> refreshed = Optional.empty();

    /** A length was found to live or to die. */
    record Decision(long nanos, boolean lives) {}

    History(Goal goal, List<Round> rounds) {
        this.goal = goal;
        this.rounds = rounds;
        rounds.forEach(this::add);
    }

    private void add(Round round) {
        if (round.test() instanceof Step.Refreshed) {
            refreshed = Optional.of(round);
            return;
        }
        long length = round.test().nanos();
        if (round.neverIdle() * 2 > round.valid()) {
            neverIdle = true;
            return;
        }
        Tally before = tallies.getOrDefault(length, Tally.NONE);
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
        boolean contradicts = decisions.stream()
                .anyMatch(
                        other -> lives ? !other.lives && other.nanos <= length : other.lives && other.nanos >= length);
        if (contradicts) { // what was measured before is about another timeout
            changes++;
            decisions.clear();
            mixed.clear();
            tallies.keySet().removeIf(other -> other != length);
            earlyEnd = Optional.empty();
        }
        decisions.add(new Decision(length, lives));
        mixed.removeIf(other -> other <= lived() || other >= died());
        if (!lives && round.early() * 2 > round.died()) {
            earlyEnd = Optional.of(EarlyEnd.of(round));
        }
    }

    private int margin() {
        return new Noise(votes, minority).margin(goal.votes());
    }

    /** The longest length that lived; 0: none. */
    long lived() {
        return decisions.stream()
                .filter(Decision::lives)
                .mapToLong(Decision::nanos)
                .max()
                .orElse(0);
    }

    /** The shortest length that died, or {@link #UNKNOWN}. */
    long died() {
        return decisions.stream()
                .filter(decision -> !decision.lives)
                .mapToLong(Decision::nanos)
                .min()
                .orElse(UNKNOWN);
    }

    boolean isDecided(long length) {
        return decisions.stream().anyMatch(decision -> decision.nanos == length);
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

    /** Whether the two bounds were seen in alternation: no single change of the timeout could hide from that. */
    boolean isSandwiched(long lived, long died) {
        int turns = 0;
        Optional<Boolean> last = Optional.empty();
        for (Decision decision : decisions) {
            if (decision.nanos == lived || decision.nanos == died) {
                if (last.isPresent() && last.get() != decision.lives) {
                    turns++;
                }
                last = Optional.of(decision.lives);
            }
        }
        return turns >= 2;
    }

    /** The one of the two that was decided longer ago. */
    long older(long lived, long died) {
        for (int i = decisions.size() - 1; i >= 0; i--) {
            if (decisions.get(i).nanos == lived) {
                return died;
            }
            if (decisions.get(i).nanos == died) {
                return lived;
            }
        }
        return lived;
    }

    /** How often the path contradicted what it had done before. */
    int changes() {
        return changes;
    }

    boolean isNeverIdle() {
        return neverIdle;
    }

    /** Connections end during the silence. */
    Optional<EarlyEnd> earlyEnd() {
        return earlyEnd;
    }

    /** The round with probes all the time. */
    Optional<Round> refreshed() {
        return refreshed;
    }

    List<Round> rounds() {
        return rounds;
    }
}
