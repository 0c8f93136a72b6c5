package io.keepalive.socket;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.internal.DurationText;
import io.keepalive.internal.KernelTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * One option and the value that a policy requests for it, in the kernel's unit.
 *
 * @param wanted the value, never empty; reports share it
 * @param held the report entry of a socket that holds the value; all reports share it
 */
record Setting(KeepAliveOption option, OptionalLong wanted, KeepAliveReport.Entry held) {

    /**
     * The settings of a policy, in the order in which to set them. {@code SO_KEEPALIVE} comes last, so that the first idle
     * period is already counted by the new values.
     */
    static List<Setting> listOf(KeepAlive policy) {
        List<Setting> settings = new ArrayList<>();
        if (policy.idle().isPresent()) {
            settings.add(seconds(KeepAliveOption.TCP_KEEPIDLE, policy.idle().get()));
        }
        if (policy.interval().isPresent()) {
            settings.add(
                    seconds(KeepAliveOption.TCP_KEEPINTVL, policy.interval().get()));
        }
        if (policy.count().isPresent()) {
            settings.add(of(KeepAliveOption.TCP_KEEPCNT, policy.count().getAsInt(), ""));
        }
        if (policy.userTimeout().isPresent()) {
            Duration timeout = policy.userTimeout().get();
            int millis = KernelTime.wholeMillis(timeout);
            settings.add(of(
                    KeepAliveOption.TCP_USER_TIMEOUT, millis, requestedIfRounded(timeout, Duration.ofMillis(millis))));
        }
        settings.add(of(KeepAliveOption.SO_KEEPALIVE, policy.isOn() ? 1 : 0, ""));
        return List.copyOf(settings);
    }

    /** Another value than the policy's own; reports show both. */
    static Setting adjusted(Setting setting, long value, String why) {
        OptionalLong effective = OptionalLong.of(value);
        return new Setting(
                setting.option(),
                effective,
                new KeepAliveReport.Entry(setting.option(), setting.wanted(), effective, Outcome.APPLIED, why));
    }

    /** The value in the option's unit. */
    long value() {
        return wanted.getAsLong();
    }

    private static Setting seconds(KeepAliveOption option, Duration requested) {
        int seconds = KernelTime.wholeSeconds(requested);
        return of(option, seconds, requestedIfRounded(requested, Duration.ofSeconds(seconds)));
    }

    /** Takes the value as it was requested if it had to be rounded; otherwise an empty text. */
    private static Setting of(KeepAliveOption option, long value, String requested) {
        OptionalLong wanted = OptionalLong.of(value);
        KeepAliveReport.Entry held = requested.isEmpty()
                ? new KeepAliveReport.Entry(option, wanted, wanted, Outcome.APPLIED, "")
                : new KeepAliveReport.Entry(
                        option,
                        wanted,
                        wanted,
                        Outcome.ROUNDED,
                        requested + " asked for; the kernel counts whole units, rounded up");
        return new Setting(option, wanted, held);
    }

    private static String requestedIfRounded(Duration requested, Duration rounded) {
        return requested.equals(rounded) ? "" : DurationText.format(requested);
    }
}
