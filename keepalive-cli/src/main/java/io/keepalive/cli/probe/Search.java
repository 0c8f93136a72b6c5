package io.keepalive.cli.probe;

import io.keepalive.cli.probe.Step.Done;
import io.keepalive.cli.probe.Step.Idle;
import io.keepalive.cli.probe.Step.Outcome;
import io.keepalive.cli.probe.Step.Refreshed;
import io.keepalive.cli.probe.Step.Test;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The search for an idle timeout: what to try next, given what lived and died so far. A value; the same rounds lead to
 * the same next step, which is how an interrupted search is resumed.
 *
 * <p>The {@link Plan} gives the lengths until two of its neighbours are found of which one lives and one dies; then bisection
 * down to the resolution. Then the bounds of the
 * interval are seen again until the longest that lived has done so before and after the shortest that died, so that a path
 * that changed its timeout meanwhile is noticed or does no harm. A guess is right if both of its sides are. Connections that
 * end during the silence show the timeout at once; then one round with probes all the time shows whether these count.
 */
final class Search {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Below the middle: a shorter length takes less time, and one that dies needs one confirmation less. */
    private static final double BISECTION = 0.35;

    private static final int MOST_CHANGES = 2;

    /** No more than that many steps are ever planned ahead. */
    private static final int HORIZON = 64;

    private final Goal goal;
    private final Plan plan;
    private final List<Round> rounds;
    private final History history;

    private Search(Goal goal, Plan plan, List<Round> rounds) {
        this.goal = goal;
        this.plan = plan;
        this.rounds = rounds;
        this.history = new History(goal, rounds);
    }

    static Search of(Goal goal) {
        return of(goal, Plan.of(goal));
    }

    /**
     * A search with a plan that has been made already.
     *
     * @param plan of this goal
     */
    static Search of(Goal goal, Plan plan) {
        return new Search(goal, plan, List.of());
    }

    /** The search that has seen one more round. */
    Search with(Round round) {
        List<Round> more = new ArrayList<>(rounds);
        more.add(round);
        return new Search(goal, plan, List.copyOf(more));
    }

    Goal goal() {
        return goal;
    }

    History history() {
        return history;
    }

    /** What to do next. */
    Step next() {
        return history.changes() > 0
                        && step() instanceof Done done
                        && done.outcome().isDecided()
                ? new Done(Outcome.VARIES)
                : step();
    }

    private Step step() {
        if (history.isNeverIdle()) {
            return new Done(Outcome.NEVER_IDLE);
        }
        if (history.changes() > MOST_CHANGES) {
            return new Done(Outcome.UNSTABLE);
        }
        if (history.open().isPresent()) {
            return new Idle(history.open().get());
        }
        if (history.earlyEnd().isPresent()) {
            return afterEarlyEnd(history.earlyEnd().get());
        }
        if (history.mixed().size() > 1) {
            return new Done(Outcome.MIXED);
        }
        long lived = history.lived();
        long died = history.died();
        if (goal.hasGuess() && history.changes() == 0) {
            Optional<Step> step = aroundGuess(lived, died);
            if (step.isPresent()) {
                return step.get();
            }
        }
        return died == History.UNKNOWN ? upward(lived) : between(lived, died);
    }

    /**
     * Two rounds decide about a guess. The one that must live comes last: should the timeout change between the two, what is
     * claimed to live does so now.
     */
    private Optional<Step> aroundGuess(long lived, long died) {
        long below = goal.belowGuessNanos();
        long above = goal.aboveGuessNanos();
        if (lived < above && died > above) {
            return Optional.of(new Idle(above));
        }
        if (lived >= above) {
            return !history.isSure(lived)
                    ? Optional.of(new Idle(lived))
                    : done(goal.confirm(), Outcome.LONGER_THAN_GUESS);
        }
        if (!history.isSure(died)) {
            return Optional.of(new Idle(died));
        }
        if (lived < below && died > below) {
            return Optional.of(new Idle(below));
        }
        if (died <= below) {
            return done(goal.confirm(), Outcome.SHORTER_THAN_GUESS);
        }
        if (!history.isSure(lived) || !history.regime().livedLast(lived)) {
            return Optional.of(new Idle(lived));
        }
        return done(goal.confirm() || (lived == below && died == above), Outcome.FOUND);
    }

    private static Optional<Step> done(boolean isDone, Outcome outcome) {
        return isDone ? Optional.of(new Done(outcome)) : Optional.empty();
    }

    /** An end during the silence is believed when it is seen twice; whether probes prevent it, between two such rounds. */
    private Step afterEarlyEnd(EarlyEnd end) {
        Regime regime = history.regime();
        Idle again = new Idle(history.died());
        if (!end.isConstant()) {
            return regime.earlyRounds() < Tally.MOST_ROUNDS ? again : new Done(Outcome.MIXED);
        }
        long every = end.medianNanos() / 2 / SECOND * SECOND;
        if (every < SECOND) {
            return regime.earlyRounds() < 2 ? again : new Done(Outcome.FOUND);
        }
        Optional<Boolean> live = history.refreshedLive();
        if (live.isEmpty() && !history.isRefreshedMixed()) {
            return new Refreshed(every, end.medianNanos() + Math.max(SECOND, end.medianNanos() / 8));
        }
        // Those that ended with probes have ended a second time; others may have met a longer timeout.
        return live.orElse(true) && regime.refreshedIsLast() ? again : new Done(Outcome.FOUND);
    }

    private Step upward(long lived) {
        long longest = plan.longestNanos();
        if (lived >= longest) {
            return new Done(Outcome.NOT_REACHED);
        }
        long mixed = history.mixed().isEmpty()
                ? lived
                : Math.max(lived, history.mixed().last());
        OptionalLong rung = plan.above(mixed);
        return rung.isEmpty() ? new Done(Outcome.MIXED) : new Idle(rung.getAsLong());
    }

    private Step between(long lived, long died) {
        long resolution = goal.resolutionNanos(died);
        OptionalLong next = plan.between(lived, died);
        boolean isExact = died - lived <= resolution && (goal.resolutionNanos() > 0 || next.isEmpty());
        if (isExact || died <= Lengths.SHORTEST_NANOS) {
            long unconfirmed = lived == 0 ? 0 : history.regime().unconfirmed(lived, died);
            if (unconfirmed > 0) {
                return new Idle(unconfirmed);
            }
            return !history.isSure(died)
                    ? new Idle(died)
                    : lived > 0 && !history.isSure(lived) ? new Idle(lived) : new Done(Outcome.FOUND);
        }
        if (!history.mixed().isEmpty()) {
            return aroundMixed(history.mixed().first(), lived, died, resolution);
        }
        return new Idle(next.orElseGet(() -> middle(lived, died, resolution)));
    }

    /** The timeout is where connections of one length disagree; both sides of that length must not. */
    private static Step aroundMixed(long mixed, long lived, long died, long resolution) {
        long below = mixed - resolution / 2;
        long above = mixed + resolution / 2;
        if (lived < below && below >= Lengths.SHORTEST_NANOS) {
            return new Idle(below);
        }
        return died > above ? new Idle(above) : new Done(Outcome.MIXED);
    }

    private static long middle(long lived, long died, long resolution) {
        long grid = Math.min(resolution, SECOND);
        long from = Math.max(lived, Lengths.SHORTEST_NANOS - grid / 2);
        long middle = Lengths.snap(from + Math.round((died - from) * BISECTION) + grid / 2, grid);
        return Math.max(Math.min(middle, died - grid), Math.max(lived + grid, Lengths.SHORTEST_NANOS));
    }

    /**
     * How long the rest takes if every connection lives, or if every one dies from here on, whichever is longer. The
     * search may end sooner.
     */
    long remainingNanos() {
        return Math.max(remainingNanos(Fate.LIVED), remainingNanos(Fate.SILENT));
    }

    private boolean isConsistent(Search search, int steps) {
        return steps < HORIZON && search.history.changes() == history.changes();
    }

    private long remainingNanos(Fate fate) {
        Search search = this;
        long nanos = 0;
        for (int i = 0; isConsistent(search, i) && search.next() instanceof Test test; i++) {
            nanos += test.nanos();
            List<Trial> trials = new ArrayList<>();
            for (int vote = 0; vote < goal.votes(); vote++) {
                trials.add(new Trial(fate, test.nanos()));
            }
            search = search.with(new Round(test, trials));
        }
        return nanos;
    }
}
