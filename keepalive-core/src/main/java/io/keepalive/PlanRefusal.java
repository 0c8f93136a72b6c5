package io.keepalive;

import io.keepalive.internal.DurationText;
import io.keepalive.internal.KernelTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/** Why there is no plan: all the values involved, and which change of a single one of them would do. */
final class PlanRefusal {
    /** Far beyond every explicit idle time. */
    private static final long HORIZON_SECONDS = 1L << 33;

    private PlanRefusal() {}

    static IllegalArgumentException of(PlanRequest request) {
        return new IllegalArgumentException(
                request + " (expected: values that one policy can meet in whole seconds, with"
                        + " kernel timers up to an eighth late; " + remedies(request) + ")");
    }

    /** The user timeout decides about death, and when the probes are is unknown. */
    static IllegalArgumentException ofUnknownTimes(PlanRequest request) {
        return new IllegalArgumentException(request + " (expected: idle and interval set too, or outliving or"
                + " detect-within to have them planned, since a user timeout overrides the count of probes)");
    }

    private static String remedies(PlanRequest request) {
        List<String> changes = new ArrayList<>();
        if (request.detectWithin() != null) {
            long least = least(
                    KernelTime.latestVerdictFor(request.detectWithin()),
                    seconds -> Planner.isPossible(request.withDetectWithin(detectWithin(seconds))));
            if (least > 0) {
                changes.add("detect-within=" + DurationText.format(detectWithin(least)));
            }
        }
        if (request.outliving() != null) {
            long least = least(
                    KernelTime.latestProbeFor(request.outliving()),
                    seconds -> Planner.isPossible(request.withOutliving(outliving(seconds))));
            if (least > 0) {
                changes.add("outliving=" + DurationText.format(outliving(least)));
            }
        }
        if (request.lostProbes() != null) {
            for (int fewer = request.lostProbes() - 1; fewer >= 0; fewer--) {
                if (Planner.isPossible(request.withLostProbes(fewer))) {
                    changes.add("tolerating-lost-probes=" + fewer);
                    break;
                }
            }
        }
        List<String> omissions = new ArrayList<>();
        for (KeepAliveOption option : KeepAliveOption.values()) {
            PlanRequest without = request.without(option);
            if (!without.equals(request) && Planner.isPossible(without)) {
                omissions.add("leave " + option.key() + " out");
            }
        }
        if (!changes.isEmpty()) {
            omissions.add(0, String.join(" or ", changes) + " would do");
        }
        return omissions.isEmpty() ? "change more than one of them" : String.join(", or ", omissions);
    }

    private static Duration detectWithin(long nominalSeconds) {
        return upToSeconds(KernelTime.latestVerdict(Duration.ofSeconds(nominalSeconds)));
    }

    private static Duration outliving(long nominalSeconds) {
        return upToSeconds(KernelTime.latestAtBox(Duration.ofSeconds(nominalSeconds)));
    }

    private static Duration upToSeconds(Duration duration) {
        return Duration.ofSeconds(duration.plusNanos(999_999_999).toSeconds());
    }

    /** The least number above an impossible one that is possible; 0 if there is none. */
    private static long least(long impossible, LongPredicate possible) {
        long low = impossible;
        long high = HORIZON_SECONDS;
        if (low >= high || !possible.test(high)) {
            return 0;
        }
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (possible.test(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }
}
