package io.keepalive;

import io.keepalive.internal.DurationMath;
import io.keepalive.internal.KernelTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds idle, interval and count that answer all the questions of a request, or finds that there are none.
 *
 * <p>Every goal is a bound on a point of time that is linear in the three values, so a candidate is judged by a few
 * comparisons, and for a given interval and count the longest possible idle time is known at once. What is left is to
 * try them in the order of preference: docs/decisions/0007-how-the-planner-splits.md.
 */
final class Planner {
    /** What Linux takes at most (include/net/tcp.h, MAX_TCP_KEEPIDLE and MAX_TCP_KEEPCNT). */
    private static final int LONGEST_PLANNED_IDLE = 32767;

    static final int GREATEST_PLANNED_COUNT = 127;

    private static final int LONGEST_PLANNED_INTERVAL = 30;
    private static final int PREFERRED_COUNT = 8;
    private static final long UNBOUNDED = Long.MAX_VALUE;

    private final @Nullable Integer idle;
    private final @Nullable Integer interval;
    private final @Nullable Integer count;
    private final @Nullable Integer userTimeoutMillis;
    private final boolean userTimeoutAuto;

    /** How many probes may be lost; one more has to be sent. */
    private final int lost;

    /** The latest nominal time of the probe after the lost ones, for the box and before the user timeout is fatal. */
    private final long probeBy;

    /** The latest nominal time of death. */
    private final long verdictBy;

    private final int longestIdle;
    private final int preferredInterval;

    /** Whole seconds, and a count. */
    record Plan(int idle, int interval, int count) {}

    private Planner(PlanRequest request) {
        this.idle = wholeSeconds(request.idle());
        this.interval = wholeSeconds(request.interval());
        this.count = request.count();
        Duration userTimeout = request.userTimeout();
        this.userTimeoutMillis = userTimeout == null ? null : KernelTime.wholeMillis(userTimeout);
        this.userTimeoutAuto = request.userTimeoutAuto();
        this.lost = request.lostProbes() == null ? 0 : request.lostProbes();

        Duration outliving = request.outliving();
        long atBoxBy = outliving == null ? UNBOUNDED : KernelTime.latestProbeFor(outliving);
        long harmlessBy = userTimeoutMillis == null || lost == 0
                ? UNBOUNDED
                : KernelTime.latestNominal(Duration.ofMillis(userTimeoutMillis).minusNanos(1));
        this.probeBy = Math.min(atBoxBy, harmlessBy);
        Duration detectWithin = request.detectWithin();
        this.verdictBy = detectWithin == null ? UNBOUNDED : KernelTime.latestVerdictFor(detectWithin);

        this.longestIdle = outliving == null ? LONGEST_PLANNED_IDLE : partOf(outliving, 2, LONGEST_PLANNED_IDLE);
        int planned = outliving == null ? LONGEST_PLANNED_INTERVAL : partOf(outliving, 8, LONGEST_PLANNED_INTERVAL);
        // Elsewhere the count does this: with a user timeout it has no say in the time of death.
        this.preferredInterval = detectWithin == null || userTimeoutMillis == null
                ? planned
                : (int) Math.max(1, Math.min(planned, verdictBy / 2 / PREFERRED_COUNT));
    }

    /**
     * Plans what the request leaves open.
     *
     * @throws IllegalArgumentException if nothing answers all its questions
     */
    static Plan plan(PlanRequest request) {
        Planner planner = new Planner(request);
        if (planner.search(1) == null) {
            throw PlanRefusal.of(request);
        }
        for (long idleGoal = planner.idleGoal(); ; idleGoal = (idleGoal + 1) / 2) {
            Plan plan = planner.search(idleGoal);
            if (plan != null) {
                return plan;
            }
        }
    }

    static boolean isPossible(PlanRequest request) {
        return new Planner(request).search(1) != null;
    }

    /** How long the silence before the first probe should be: what the box allows, and half of the time to a verdict. */
    private long idleGoal() {
        return idle != null ? 1 : Math.max(1, Math.min(longestIdle, verdictBy / 2));
    }

    /** The first candidate whose idle time reaches the goal; null if there is none. */
    private @Nullable Plan search(long idleGoal) {
        int[] intervals = intervals();
        for (int eachCount : counts()) {
            for (int eachInterval : intervals) {
                long longest = longestIdle(eachInterval, eachCount);
                if (longest >= idleGoal) {
                    return new Plan((int) longest, eachInterval, eachCount);
                }
            }
        }
        return null;
    }

    /** Eight, or as many as it takes; then fewer; then more, which helps {@code user-timeout=auto}. */
    private int[] counts() {
        if (count != null) {
            return new int[] {count};
        }
        int least = lost + 1;
        int preferred = Math.max(PREFERRED_COUNT, least);
        return downThenUp(preferred, least, GREATEST_PLANNED_COUNT);
    }

    private int[] intervals() {
        if (interval != null) {
            return new int[] {interval};
        }
        return downThenUp(preferredInterval, 1, LONGEST_PLANNED_INTERVAL);
    }

    /** From the preferred number down to the least, then from the one above it up to the most. */
    private static int[] downThenUp(int preferred, int least, int most) {
        int[] numbers = new int[Math.max(preferred, most) - least + 1];
        int at = 0;
        for (int each = preferred; each >= least; each--) {
            numbers[at++] = each;
        }
        for (int each = preferred + 1; each <= most; each++) {
            numbers[at++] = each;
        }
        return numbers;
    }

    /** The longest idle time that goes with an interval and a count; 0 if none does. */
    private long longestIdle(int eachInterval, int eachCount) {
        if (idle != null) {
            return answersAll(idle, eachInterval, eachCount) ? idle : 0;
        }
        long upTo = Math.min(longestIdle, probeBy - (long) lost * eachInterval);
        long probing = userTimeoutMillis != null ? eachInterval : (long) eachInterval * eachCount;
        upTo = Math.min(upTo, verdictBy - probing);
        if (userTimeoutAuto && lost > 0) {
            // countForAuto solved for idle; far below the bound on the count nothing is bounded any more.
            long eighths = 8L * Math.min(eachCount, 100_000) - 9L * lost - 4;
            upTo = Math.min(upTo, eachInterval * eighths - 1);
        }
        // With a user timeout the tick of death depends on the remainder, so that a little less can be too long.
        for (long each = upTo; each >= 1 && each > upTo - eachInterval; each--) {
            if (answersAll((int) each, eachInterval, eachCount)) {
                return each;
            }
        }
        return 0;
    }

    private boolean answersAll(int eachIdle, int eachInterval, int eachCount) {
        return eachCount > lost
                && eachIdle + (long) lost * eachInterval <= probeBy
                && (!userTimeoutAuto || lost == 0 || eachCount >= countForAuto(eachIdle, eachInterval))
                && detectionSeconds(eachIdle, eachInterval, eachCount) <= verdictBy;
    }

    private long detectionSeconds(int eachIdle, int eachInterval, int eachCount) {
        return userTimeoutMillis != null
                ? KernelTime.detectionWithUserTimeout(eachIdle, eachInterval, userTimeoutMillis)
                        .toSeconds()
                : KernelTime.detection(eachIdle, eachInterval, eachCount).toSeconds();
    }

    /**
     * The least count for which {@code user-timeout=auto}, idle + interval × count − interval / 2, is later than the
     * late probe after the lost ones, 9/8 × (idle + interval × lost): solved for the count.
     */
    private long countForAuto(int eachIdle, int eachInterval) {
        return (eachIdle + (9L * lost + 4) * eachInterval) / (8L * eachInterval) + 1;
    }

    /** A part of a duration, rounded up to whole seconds. */
    private static int partOf(Duration duration, int divisor, int atMost) {
        Duration part = DurationMath.divide(duration, divisor);
        return part.compareTo(Duration.ofSeconds(atMost)) >= 0 ? atMost : KernelTime.wholeSeconds(part);
    }

    private static @Nullable Integer wholeSeconds(@Nullable Duration duration) {
        return duration == null ? null : KernelTime.wholeSeconds(duration);
    }
}
