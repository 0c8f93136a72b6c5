package io.keepalive;

import io.keepalive.internal.DurationText;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/** The one grammar of policies: for the API, system properties, command lines and agents alike. */
final class PolicyText {
    private static final String EXPECTED =
            "idle, interval, count, user-timeout, outliving, detect-within, tolerating-lost-probes;"
                    + " or one of defaults, on, off alone";

    private PolicyText() {}

    static KeepAlive parse(String text) {
        Objects.requireNonNull(text, "text");
        return switch (text.trim()) {
            case "defaults" -> KeepAlive.defaults();
            case "on" -> KeepAlive.builder().build();
            case "off" -> KeepAlive.off();
            default -> parseSettings(text);
        };
    }

    private static KeepAlive parseSettings(String text) {
        KeepAliveBuilder builder = KeepAlive.builder();
        Set<String> seen = new HashSet<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw refused(text, "'" + part.trim() + "'", "key=value, with the keys " + EXPECTED);
            }
            String key = part.substring(0, equals).trim();
            String value = part.substring(equals + 1).trim();
            if (!seen.add(key)) {
                throw refused(text, key + " twice", "each setting once");
            }
            try {
                put(builder, key, value);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(inPolicy(text) + e.getMessage(), e);
            }
        }
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(inPolicy(text) + e.getMessage(), e);
        }
    }

    private static void put(KeepAliveBuilder builder, String key, String value) {
        switch (key) {
            case "idle" -> builder.idle(DurationText.parse(key, value));
            case "interval" -> builder.interval(DurationText.parse(key, value));
            case "count" -> builder.count(parseNumber(key, value, 1));
            case "user-timeout" -> {
                if (value.equals("auto")) {
                    builder.userTimeoutAuto();
                } else {
                    builder.userTimeout(DurationText.parse(key, value));
                }
            }
            case "outliving" -> {
                if (!value.isEmpty() && Character.isDigit(value.charAt(0))) {
                    builder.outliving(DurationText.parse(key, value));
                } else {
                    builder.outliving(Middlebox.parse(value));
                }
            }
            case "detect-within" -> builder.detectWithin(DurationText.parse(key, value));
            case "tolerating-lost-probes" -> builder.toleratingLostProbes(parseNumber(key, value, 0));
            default -> throw new IllegalArgumentException("'" + key + "' (expected: " + EXPECTED + ")");
        }
    }

    private static int parseNumber(String key, String value, int least) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    key + ": '" + value + "' (expected: a whole number of at least " + least + ")", e);
        }
    }

    private static IllegalArgumentException refused(String text, String found, String expected) {
        return new IllegalArgumentException(inPolicy(text) + found + " (expected: " + expected + ")");
    }

    private static String inPolicy(String text) {
        return "keepalive policy '" + text + "': ";
    }

    static String format(KeepAlive policy) {
        if (!policy.isOn()) {
            return "off";
        }
        StringJoiner joiner = new StringJoiner(",").setEmptyValue("on");
        add(joiner, "idle", policy.idle());
        add(joiner, "interval", policy.interval());
        if (policy.count().isPresent()) {
            joiner.add("count=" + policy.count().getAsInt());
        }
        if (policy.isUserTimeoutAuto()) {
            joiner.add("user-timeout=auto");
        } else {
            add(joiner, "user-timeout", policy.userTimeout());
        }
        return joiner.toString();
    }

    private static void add(StringJoiner joiner, String key, Optional<Duration> time) {
        if (time.isPresent()) {
            joiner.add(key + "=" + DurationText.format(time.get()));
        }
    }
}
