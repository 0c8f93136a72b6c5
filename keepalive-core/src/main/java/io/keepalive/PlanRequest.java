package io.keepalive;

import io.keepalive.internal.DurationText;
import java.time.Duration;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What a policy is built from: explicit values, and questions that it has to answer. Each may be absent.
 *
 * @param lostProbes how many probes in a row may be lost, from 0 to 126
 */
record PlanRequest(
        @Nullable Duration idle,
        @Nullable Duration interval,
        @Nullable Integer count,
        @Nullable Duration userTimeout,
        boolean userTimeoutAuto,
        @Nullable Duration outliving,
        @Nullable Duration detectWithin,
        @Nullable Integer lostProbes) {

    boolean asksAnything() {
        return plansTimes() || lostProbes != null;
    }

    /** Whether a goal bounds idle and interval; otherwise they stay the operating system's. */
    boolean plansTimes() {
        return outliving != null || detectWithin != null;
    }

    PlanRequest withOutliving(Duration value) {
        return new PlanRequest(idle, interval, count, userTimeout, userTimeoutAuto, value, detectWithin, lostProbes);
    }

    PlanRequest withDetectWithin(Duration value) {
        return new PlanRequest(idle, interval, count, userTimeout, userTimeoutAuto, outliving, value, lostProbes);
    }

    PlanRequest withLostProbes(int value) {
        return new PlanRequest(idle, interval, count, userTimeout, userTimeoutAuto, outliving, detectWithin, value);
    }

    /** The same without one explicit value. */
    PlanRequest without(KeepAliveOption option) {
        boolean keepTimeout = option != KeepAliveOption.TCP_USER_TIMEOUT;
        return new PlanRequest(
                option == KeepAliveOption.TCP_KEEPIDLE ? null : idle,
                option == KeepAliveOption.TCP_KEEPINTVL ? null : interval,
                option == KeepAliveOption.TCP_KEEPCNT ? null : count,
                keepTimeout ? userTimeout : null,
                keepTimeout && userTimeoutAuto,
                outliving,
                detectWithin,
                lostProbes);
    }

    /** All that is given, as messages name it. */
    @Override
    public String toString() {
        StringJoiner joiner = new StringJoiner(", ");
        add(joiner, "outliving", outliving);
        add(joiner, "detect-within", detectWithin);
        if (lostProbes != null) {
            joiner.add("tolerating-lost-probes: " + lostProbes);
        }
        add(joiner, "idle", idle);
        add(joiner, "interval", interval);
        if (count != null) {
            joiner.add("count: " + count);
        }
        if (userTimeoutAuto) {
            joiner.add("user-timeout: auto");
        }
        add(joiner, "user-timeout", userTimeout);
        return joiner.toString();
    }

    private static void add(StringJoiner joiner, String name, @Nullable Duration value) {
        if (value != null) {
            joiner.add(name + ": " + DurationText.format(value));
        }
    }
}
