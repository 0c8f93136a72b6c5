package io.keepalive.cli.probe;

import io.keepalive.Middlebox;
import io.keepalive.cli.probe.Step.Done;
import io.keepalive.cli.probe.Step.Outcome;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a search found out.
 *
 * @param outcome why it ended
 * @param atLeastNanos an idle connection lives for that long
 * @param lessThanNanos an idle connection is gone after that long
 * @param mechanism what happens to it then
 * @param probesCount whether keepalive probes keep it alive; unknown only where that was tried without a result
 */
record Verdict(
        Outcome outcome,
        OptionalLong atLeastNanos,
        OptionalLong lessThanNanos,
        Mechanism mechanism,
        ProbesCount probesCount) {

    /** Whether the box takes keepalive probes for traffic. */
    enum ProbesCount {
        /** Seen, or follows from how it was measured. */
        YES,
        /** Connections with probes ended just as idle ones did. */
        NO,
        /** Not found out. */
        UNKNOWN
    }

    /** The conclusion from a search, whether it has ended or not: what holds of every timeout that the path had. */
    static Verdict of(Search search) {
        Verdict current = current(search);
        long atLeast = current.atLeastNanos.orElse(0);
        long lessThan = current.lessThanNanos.orElse(History.UNKNOWN);
        for (History.Bounds former : search.history().formerBounds()) {
            atLeast = Math.min(atLeast, former.atLeastNanos());
            lessThan = Math.max(lessThan, former.lessThanNanos());
        }
        return new Verdict(
                current.outcome,
                optional(atLeast, 0),
                optional(lessThan, History.UNKNOWN),
                current.mechanism,
                current.probesCount);
    }

    private static OptionalLong optional(long nanos, long unknown) {
        return nanos == unknown ? OptionalLong.empty() : OptionalLong.of(nanos);
    }

    /** What holds of the timeout since the path last contradicted itself. */
    static Verdict current(Search search) {
        History history = search.history();
        Outcome outcome = search.next() instanceof Done done ? done.outcome() : Outcome.UNFINISHED;
        Optional<EarlyEnd> end = history.earlyEnd().filter(EarlyEnd::isConstant);
        History.Bounds bounds = end.flatMap(early -> history.regime().earlyBounds())
                .orElseGet(() -> new History.Bounds(history.lived(), history.died()));
        return new Verdict(
                outcome,
                optional(bounds.atLeastNanos(), 0),
                optional(bounds.lessThanNanos(), History.UNKNOWN),
                end.map(early -> Mechanism.of(early.fate())).orElseGet(() -> mechanism(history, history.died())),
                end.isPresent()
                        ? refreshed(history)
                        : history.died() == History.UNKNOWN || history.lived() == 0
                                ? ProbesCount.UNKNOWN
                                : ProbesCount.YES);
    }

    private static Mechanism mechanism(History history, long died) {
        if (history.isNeverIdle()) {
            return Mechanism.KEPT_ALIVE_BY_PEER;
        }
        if (died == History.UNKNOWN) {
            return history.mixed().isEmpty() && history.lived() > 0 ? Mechanism.NONE_OBSERVED : Mechanism.UNKNOWN;
        }
        Map<Fate, Integer> deaths = new EnumMap<>(Fate.class);
        history.rounds().stream()
                .filter(round -> round.test().nanos() == died)
                .flatMap(round -> round.trials().stream())
                .filter(trial -> trial.fate().isDeath())
                .forEach(trial -> deaths.merge(trial.fate(), 1, Integer::sum));
        return deaths.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(entry -> Mechanism.of(entry.getKey()))
                .orElse(Mechanism.UNKNOWN);
    }

    private static ProbesCount refreshed(History history) {
        return history.refreshedLive()
                .map(live -> live ? ProbesCount.YES : ProbesCount.NO)
                .orElse(ProbesCount.UNKNOWN);
    }

    /** Boxes of the catalogue whose default timeout lies in the interval and that end connections in this way. */
    List<Middlebox> fits() {
        if (lessThanNanos.isEmpty() || outcome == Outcome.VARIES || outcome == Outcome.UNSTABLE) {
            return List.of();
        }
        return Arrays.stream(Middlebox.values())
                .filter(box -> mechanism.fits(box)
                        && box.idleTimeout().toSeconds() < Lengths.LONGEST_NANOS / 1_000_000_000L
                        && box.idleTimeout().toNanos() >= atLeastNanos.orElse(0)
                        && box.idleTimeout().toNanos() < lessThanNanos.getAsLong())
                .toList();
    }
}
