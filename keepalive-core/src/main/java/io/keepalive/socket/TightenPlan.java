package io.keepalive.socket;

import static io.keepalive.KeepAliveOption.SO_KEEPALIVE;
import static io.keepalive.KeepAliveOption.TCP_KEEPCNT;
import static io.keepalive.KeepAliveOption.TCP_KEEPIDLE;
import static io.keepalive.KeepAliveOption.TCP_KEEPINTVL;
import static io.keepalive.KeepAliveOption.TCP_USER_TIMEOUT;

import io.keepalive.KeepAliveOption;
import io.keepalive.internal.KernelTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link Precedence#TIGHTEN} makes of a policy and of the values that a socket holds. Each option by itself only gets
 * stricter, but together they may not: Linux ignores the probe count once a user timeout is set, so that 13 s / 13 s / 3
 * with a user timeout of 345 s needs 351 s for what it found in 52 s before.
 *
 * @param settings the settings of the policy, the user timeout lowered where it follows from the other values
 * @param left the options to leave alone, and why
 */
record TightenPlan(List<Setting> settings, Map<KeepAliveOption, String> left) {
    private static final long FOR_EVER = Long.MAX_VALUE;

    /** Makes a plan; values that the socket lacks are not in {@code held}. */
    static TightenPlan of(List<Setting> settings, Map<KeepAliveOption, Long> held) {
        Map<KeepAliveOption, Long> after = new EnumMap<>(held);
        Setting timeout = null;
        for (Setting setting : settings) {
            KeepAliveOption option = setting.option();
            timeout = option == TCP_USER_TIMEOUT ? setting : timeout;
            Long current = held.get(option);
            if (current != null && Precedence.TIGHTEN.changes(option, current, setting.value(), () -> current)) {
                after.put(option, setting.value());
            }
        }
        Map<KeepAliveOption, String> left = new EnumMap<>(KeepAliveOption.class);
        List<Setting> planned = settings;
        long limit = Math.min(detectionSeconds(held), withoutUserTimeout(after));
        if (timeout != null
                && held.containsKey(TCP_USER_TIMEOUT)
                && after.getOrDefault(TCP_USER_TIMEOUT, 0L) == timeout.value()
                && detectionSeconds(after) > limit) {
            long auto = auto(after);
            if (isAuto(timeout, settings) && auto > 0 && auto < timeout.value()) {
                after.put(TCP_USER_TIMEOUT, auto);
                planned = replaced(settings, timeout, auto);
            }
            if (detectionSeconds(after) > detectionSeconds(held)) {
                left.put(
                        TCP_USER_TIMEOUT,
                        "the count is ignored with a user timeout: a dead idle connection would be found after "
                                + detectionSeconds(after) + "s instead of " + detectionSeconds(held)
                                + "s; user-timeout=auto follows the values that the socket holds");
                after.put(TCP_USER_TIMEOUT, held.getOrDefault(TCP_USER_TIMEOUT, 0L));
            }
        }
        if (detectionSeconds(after) > detectionSeconds(held)) {
            String why = "with the user timeout that the socket holds, a dead idle connection would be found after "
                    + detectionSeconds(after) + "s instead of " + detectionSeconds(held) + "s";
            left.put(TCP_KEEPIDLE, why);
            left.put(TCP_KEEPINTVL, why);
        }
        return new TightenPlan(planned, left);
    }

    /** How long a dead, idle connection goes unnoticed; {@link #FOR_EVER} if it is not probed or a value is unknown. */
    static long detectionSeconds(Map<KeepAliveOption, Long> values) {
        long timeout = values.getOrDefault(TCP_USER_TIMEOUT, 0L);
        Long idle = values.get(TCP_KEEPIDLE);
        Long interval = values.get(TCP_KEEPINTVL);
        if (timeout == 0 || idle == null || interval == null || interval == 0 || isOff(values)) {
            return withoutUserTimeout(values);
        }
        return KernelTime.detectionWithUserTimeout(idle.intValue(), interval.intValue(), (int) timeout)
                .toSeconds();
    }

    static long withoutUserTimeout(Map<KeepAliveOption, Long> values) {
        Long idle = values.get(TCP_KEEPIDLE);
        Long interval = values.get(TCP_KEEPINTVL);
        Long count = values.get(TCP_KEEPCNT);
        return isOff(values) || idle == null || interval == null || count == null
                ? FOR_EVER
                : KernelTime.detection(idle.intValue(), interval.intValue(), count.intValue())
                        .toSeconds();
    }

    private static boolean isOff(Map<KeepAliveOption, Long> values) {
        return values.getOrDefault(SO_KEEPALIVE, 0L) == 0;
    }

    /** As {@code user-timeout=auto}: half an interval before the last probe's tick. */
    private static long auto(Map<KeepAliveOption, Long> values) {
        long seconds = withoutUserTimeout(values);
        return seconds == FOR_EVER ? 0 : seconds * 1000 - values.getOrDefault(TCP_KEEPINTVL, 0L) * 500;
    }

    private static boolean isAuto(Setting timeout, List<Setting> settings) {
        Map<KeepAliveOption, Long> requested = new EnumMap<>(KeepAliveOption.class);
        settings.forEach(setting -> requested.put(setting.option(), setting.value()));
        return timeout.value() == auto(requested);
    }

    private static List<Setting> replaced(List<Setting> settings, Setting timeout, long millis) {
        List<Setting> replaced = new ArrayList<>(settings);
        replaced.set(
                replaced.indexOf(timeout),
                Setting.adjusted(timeout, millis, "auto follows the stricter values that the socket holds"));
        return replaced;
    }
}
