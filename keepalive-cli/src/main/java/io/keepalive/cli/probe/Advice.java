package io.keepalive.cli.probe;

import io.keepalive.KeepAlive;
import io.keepalive.cli.probe.Step.Outcome;
import io.keepalive.cli.probe.Verdict.ProbesCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What follows from a verdict: the policy to use, and what the measurement can't know. */
final class Advice {
    /** Below it a kernel's whole seconds are too coarse: KeepAlive.outliving. */
    private static final long SHORTEST_SECONDS = 3;

    private Advice() {}

    /** Keepalive that outlives the timeout; empty where none does, or none is needed. */
    static Optional<KeepAlive> policy(Verdict verdict) {
        long seconds = verdict.atLeastNanos().orElse(0) / 1_000_000_000L;
        return !hasTimeout(verdict) || verdict.probesCount() == ProbesCount.NO || seconds < SHORTEST_SECONDS
                ? Optional.empty()
                : Optional.of(KeepAlive.outliving(Duration.ofSeconds(seconds)));
    }

    private static boolean hasTimeout(Verdict verdict) {
        return verdict.lessThanNanos().isPresent() || verdict.outcome() == Outcome.VARIES;
    }

    /** What to do, in a sentence. */
    static String toDo(Verdict verdict) {
        if (verdict.outcome() == Outcome.UNFINISHED && verdict.lessThanNanos().isEmpty()) {
            return "measure on: the timeout is not known yet";
        }
        if (verdict.mechanism() == Mechanism.KEPT_ALIVE_BY_PEER) {
            return "nothing, while the peer goes on like that";
        }
        if (verdict.probesCount() == ProbesCount.NO) {
            return "TCP keepalive does not help: only payload counts. Send an application heartbeat at least every "
                    + Seconds.rough(verdict.atLeastNanos().orElse(0) / 2)
                    + ", or raise the limit of the proxy or server";
        }
        if (!hasTimeout(verdict)) {
            return "nothing for idle times up to "
                    + Seconds.rough(verdict.atLeastNanos().orElse(0)) + "; keepalive's defaults outlive that";
        }
        return policy(verdict)
                .map(policy -> "keepalive with " + policy)
                .orElse(
                        "too short a timeout for TCP keepalive, which counts whole seconds: send an application heartbeat");
    }

    /** What the measurement does not show. */
    static List<String> limits(Verdict verdict, boolean bothDirections, boolean proof) {
        List<String> limits = new ArrayList<>();
        if (!bothDirections && verdict.mechanism() != Mechanism.CLOSED_BY_PROXY_OR_SERVER) {
            limits.add(
                    "A connection that lived proves the way from here to the server only: a box that tracks connections"
                            + " loosely lets this side's packet revive a flow, and drops the server's. --both-directions measures"
                            + " that way too");
        }
        if (verdict.mechanism() != Mechanism.CLOSED_BY_PROXY_OR_SERVER) {
            limits.add("A proxy that answers probes itself hides what lies behind it");
        } else {
            limits.add(
                    "Whether a proxy or the server itself closes can't be told from here: probe again from beside the"
                            + " server");
        }
        limits.add("The next connection may take another route and meet another box");
        if (!proof) {
            limits.add(
                    "This JVM can't ask the kernel what it received (expected: Linux with JDK 22 or later): probes of"
                            + " the server's own are not noticed, and a connection lived if the kernel did not give it up");
        }
        return limits;
    }
}
