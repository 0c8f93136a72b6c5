package io.keepalive.cli.keep;

import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SystemSettings;
import io.keepalive.socket.Precedence;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What to set on a socket, and what not, and why. Pure.
 *
 * @param target what the socket shall hold afterwards
 * @param changes the options to set; under OBSERVE those that TIGHTEN would set
 * @param unchanged the options that the policy names and that stay, with the reason; not those that already hold its value
 */
record KeepPlan(SocketOptions target, Set<PolicyOption> changes, Map<PolicyOption, String> unchanged) {

    static KeepPlan of(SocketOptions current, Wanted wanted, Precedence precedence, SystemSettings defaults) {
        Set<PolicyOption> different = EnumSet.noneOf(PolicyOption.class);
        for (PolicyOption option : PolicyOption.values()) {
            Integer value = wanted.value(option);
            if (value != null && value != option.of(current)) {
                different.add(option);
            }
        }
        return switch (precedence) {
            case ENFORCE -> new KeepPlan(apply(current, wanted, different), different, Map.of());
            case RESPECT -> respect(current, wanted, defaults, different);
            case TIGHTEN, OBSERVE -> tighten(current, wanted, defaults, different);
        };
    }

    private static KeepPlan respect(
            SocketOptions current, Wanted wanted, SystemSettings defaults, Set<PolicyOption> different) {
        Set<PolicyOption> changes = EnumSet.noneOf(PolicyOption.class);
        Map<PolicyOption, String> unchanged = new EnumMap<>(PolicyOption.class);
        for (PolicyOption option : different) {
            if (option.of(current) == option.of(untouched(defaults))) {
                changes.add(option);
            } else {
                unchanged.put(option, "the program's choice");
            }
        }
        return new KeepPlan(apply(current, wanted, changes), changes, unchanged);
    }

    /**
     * A socket that holds the system's defaults was not configured by its program and gets the policy as a whole; otherwise only what is
     * stricter. In both cases a dead peer is found no later than before: options that would delay that are left alone.
     */
    private static KeepPlan tighten(
            SocketOptions current, Wanted wanted, SystemSettings defaults, Set<PolicyOption> different) {
        long before = Detection.seconds(current);
        if (current.equals(untouched(defaults)) && wanted.keepAlive()) {
            // Without SO_KEEPALIVE nothing was ever found, so nothing can be found later.
            return new KeepPlan(apply(current, wanted, different), different, Map.of());
        }
        Set<PolicyOption> stricter = EnumSet.noneOf(PolicyOption.class);
        Map<PolicyOption, String> unchanged = new EnumMap<>(PolicyOption.class);
        for (PolicyOption option : different) {
            Integer value = wanted.value(option);
            if (value != null && option.isStricter(value, option.of(current))) {
                stricter.add(option);
            } else {
                unchanged.put(option, "stricter already");
            }
        }
        Set<PolicyOption> changes = largestWithin(before, current, wanted, stricter);
        for (PolicyOption option : stricter) {
            if (!changes.contains(option)) {
                unchanged.put(option, "would find a dead peer later than now (" + before + "s)");
            }
        }
        return new KeepPlan(apply(current, wanted, changes), changes, unchanged);
    }

    /**
     * The largest part of the changes with which a dead peer is found by {@code limit}. With a user timeout the kernel looks
     * at it at each probe, so that a smaller idle time or interval, or the user timeout itself, can move the end behind.
     */
    private static Set<PolicyOption> largestWithin(
            long limit, SocketOptions current, Wanted wanted, Set<PolicyOption> candidates) {
        PolicyOption[] options = candidates.toArray(PolicyOption[]::new);
        Set<PolicyOption> best = EnumSet.noneOf(PolicyOption.class);
        int bestWeight = 0;
        for (int subset = 1; subset < 1 << options.length; subset++) {
            Set<PolicyOption> chosen = EnumSet.noneOf(PolicyOption.class);
            int weight = 0;
            for (int i = 0; i < options.length; i++) {
                if ((subset & 1 << i) != 0) {
                    chosen.add(options[i]);
                    weight += weight(options[i]);
                }
            }
            if (weight > bestWeight && Detection.seconds(apply(current, wanted, chosen)) <= limit) {
                best = chosen;
                bestWeight = weight;
            }
        }
        return best;
    }

    /** What matters more is worth more than all that matters less together: probing at all, then the first probe. */
    private static int weight(PolicyOption option) {
        return switch (option) {
            case KEEPALIVE -> 16;
            case IDLE -> 8;
            case INTERVAL -> 4;
            case COUNT -> 2;
            case USER_TIMEOUT -> 1;
        };
    }

    private static SocketOptions apply(SocketOptions current, Wanted wanted, Collection<PolicyOption> changes) {
        SocketOptions result = current;
        for (PolicyOption option : changes) {
            Integer value = wanted.value(option);
            result = value == null ? result : option.with(result, value);
        }
        return result;
    }

    /** What a socket holds whose program never chose anything. */
    private static SocketOptions untouched(SystemSettings defaults) {
        return new SocketOptions(false, defaults.idleSeconds(), defaults.intervalSeconds(), defaults.count(), 0);
    }
}
