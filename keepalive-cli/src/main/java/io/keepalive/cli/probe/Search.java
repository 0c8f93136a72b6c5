package io.keepalive.cli.probe;

import io.keepalive.cli.probe.Step.Done;
import io.keepalive.cli.probe.Step.Idle;
import io.keepalive.cli.probe.Step.Outcome;
import io.keepalive.cli.probe.Step.Refreshed;
import io.keepalive.cli.probe.Step.Test;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The search for an idle timeout: what to try next, given what lived and died so far. A value; the same rounds lead to
 * the same next step, which is how an interrupted search is resumed.
 *
 * <p>Rungs of {@link Lengths} upward until a length dies, then bisection down to the resolution. Both bounds of the final
 * interval are then seen in alternation, so that a path that changed its timeout meanwhile is noticed; a guess is right
 * if both of its sides are. Connections that end during the silence tell the timeout at once; then one round with probes
 * all the time tells whether these count.
 */
final class Search {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Above this ratio of the bounds a rung is tried, below it the middle. */
    private static final double WIDE = 2.6;

    private static final int MOST_CHANGES = 2;

    /** No more than that many steps are ever planned ahead. */
    private static final int HORIZON = 64;

    private final Goal goal;
    private final List<Round> rounds;
    private final History history;

    private Search(Goal goal, List<Round> rounds) {
        this.goal = goal;
        this.rounds = rounds;
        this.history = new History(goal, rounds);
    }

    static Search of(Goal goal) {
        return new Search(goal, List.of());
    }

    /** The search that has seen one more round. */
    Search with(Round round) {
        List<Round> more = new ArrayList<>(rounds);
        more.add(round);
        return new Search(goal, List.copyOf(more));
    }

    Goal goal() {
        return goal;
    }

    History history() {
        return history;
    }

    /** What to do next. */
    Step next() {
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
            long below = goal.belowGuessNanos();
            long above = goal.aboveGuessNanos();
            if (lived < below && died > below) {
                return new Idle(below);
            }
            if (lived < above && died > above) {
                return new Idle(above);
            }
            if (died <= above && !history.isSure(died)) {
                return new Idle(died);
            }
            if (lived >= below && !history.isSure(lived)) {
                return new Idle(lived);
            }
            if (goal.confirm() || (lived == below && died == above)) {
                return new Done(
                        died <= below
                                ? Outcome.SHORTER_THAN_GUESS
                                : lived >= above ? Outcome.LONGER_THAN_GUESS : Outcome.FOUND);
            }
        }
        return died == History.UNKNOWN ? upward(lived) : between(lived, died);
    }

    private Step afterEarlyEnd(EarlyEnd end) {
        long every = end.medianNanos() / 2 / SECOND * SECOND;
        if (every < SECOND || !end.isConstant() || history.refreshed().isPresent()) {
            return new Done(Outcome.FOUND);
        }
        return new Refreshed(every, end.medianNanos() + Math.max(SECOND, end.medianNanos() / 8));
    }

    private Step upward(long lived) {
        long longest = Math.min(goal.maxNanos() + SECOND / 2, Lengths.LONGEST_NANOS);
        if (lived >= longest) {
            return new Done(Outcome.NOT_REACHED);
        }
        long mixed = history.mixed().isEmpty()
                ? lived
                : Math.max(lived, history.mixed().last());
        OptionalLong rung = Lengths.above(mixed);
        return mixed >= longest
                ? new Done(Outcome.MIXED)
                : new Idle(rung.isPresent() ? Math.min(rung.getAsLong(), longest) : longest);
    }

    private Step between(long lived, long died) {
        long resolution = goal.resolutionNanos(died);
        if (died - lived <= resolution || died <= Lengths.SHORTEST_NANOS) {
            if (lived == 0 || history.isSandwiched(lived, died)) {
                return !history.isSure(died)
                        ? new Idle(died)
                        : lived > 0 && !history.isSure(lived) ? new Idle(lived) : new Done(Outcome.FOUND);
            }
            return new Idle(history.older(lived, died));
        }
        if (!history.mixed().isEmpty()) {
            return aroundMixed(history.mixed().first(), lived, died, resolution);
        }
        OptionalLong catalogued = Lengths.catalogued(died);
        if (catalogued.isPresent()) { // died just above a known timeout: most likely it is that one
            long below = died - resolution;
            if (lived < below && !history.isDecided(below)) {
                return new Idle(below);
            }
        }
        OptionalLong rung = Lengths.above(lived);
        if (rung.isPresent() && rung.getAsLong() + resolution <= died && died > WIDE * Math.max(1, lived)) {
            return new Idle(rung.getAsLong());
        }
        return new Idle(middle(lived, died, resolution));
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
        long middle = Lengths.snap(lived + (died - lived) / 2 + grid / 2, grid);
        return Math.max(Math.min(middle, died - grid), Math.max(lived + grid, Lengths.SHORTEST_NANOS));
    }

    /**
     * How long the rest takes if every connection lives, or if every one dies from here on, whichever is longer. The
     * search may end sooner.
     */
    long remainingNanos() {
        return Math.max(remainingNanos(Fate.LIVED), remainingNanos(Fate.SILENT));
    }

    private long remainingNanos(Fate fate) {
        Search search = this;
        long nanos = 0;
        for (int i = 0; i < HORIZON && search.next() instanceof Test test; i++) {
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
