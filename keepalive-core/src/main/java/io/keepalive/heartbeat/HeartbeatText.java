package io.keepalive.heartbeat;

import io.keepalive.Middlebox;
import io.keepalive.internal.DurationText;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;

/** The one grammar of heartbeat configurations. */
final class HeartbeatText {
    private static final String EXPECTED =
            "ping-idle, pong-timeout, max-missed-pongs, beat-interval, jitter, read-pause-timeout, write-stall-timeout, close-timeout,"
                    + " local-pause-allowance,"
                    + " min-ping-interval, outliving; or the words require-heartbeats, one-way";

    private HeartbeatText() {}

    static HeartbeatConfig parse(String text) {
        Objects.requireNonNull(text, "text");
        if (text.trim().equals("defaults")) {
            return HeartbeatConfig.defaults();
        }
        HeartbeatConfigBuilder builder = HeartbeatConfig.builder();
        try {
            Set<String> seen = new HashSet<>();
            String[] parts = text.split(",", -1);
            for (String part : parts) {
                // First of all, since it sets what others may then tighten.
                if (key(part).equals("outliving")) {
                    outlive(builder, value(part));
                }
            }
            for (String part : parts) {
                if (!seen.add(key(part))) {
                    throw new IllegalArgumentException(key(part) + " twice (expected: each setting once)");
                }
                put(builder, key(part), value(part));
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("heartbeat '" + text + "': " + e.getMessage(), e);
        }
    }

    private static String key(String part) {
        int equals = part.indexOf('=');
        return (equals < 0 ? part : part.substring(0, equals)).trim();
    }

    private static String value(String part) {
        int equals = part.indexOf('=');
        return equals < 0 ? "" : part.substring(equals + 1).trim();
    }

    private static void outlive(HeartbeatConfigBuilder builder, String value) {
        if (!value.isEmpty() && Character.isDigit(value.charAt(0))) {
            builder.outliving(DurationText.parse("outliving", value));
        } else {
            builder.outliving(Middlebox.parse(value));
        }
    }

    private static void put(HeartbeatConfigBuilder builder, String key, String value) {
        switch (key) {
            case "ping-idle" -> builder.pingIdle(DurationText.parse(key, value));
            case "pong-timeout" -> builder.pongTimeout(DurationText.parse(key, value));
            case "max-missed-pongs" -> builder.maxMissedPongs(number(key, value, "1 to 100"));
            case "beat-interval" -> builder.beatInterval(DurationText.parse(key, value));
            case "jitter" -> builder.jitterPercent(percent(key, value));
            case "read-pause-timeout" -> builder.readPauseTimeout(DurationText.parse(key, value));
            case "write-stall-timeout" -> builder.writeStallTimeout(DurationText.parse(key, value));
            case "close-timeout" -> builder.closeTimeout(DurationText.parse(key, value));
            case "local-pause-allowance" -> builder.localPauseAllowance(DurationText.parse(key, value));
            case "min-ping-interval" -> builder.minPingInterval(DurationText.parse(key, value));
            case "require-heartbeats" -> {
                checkAlone(key, value);
                builder.requireHeartbeats();
            }
            case "one-way" -> {
                checkAlone(key, value);
                builder.oneWay();
            }
            case "outliving" -> {} // was the first of all
            default -> throw new IllegalArgumentException("'" + key + "' (expected: " + EXPECTED + ")");
        }
    }

    private static void checkAlone(String key, String value) {
        if (!value.isEmpty()) {
            throw new IllegalArgumentException(
                    key + ": '" + value + "' (expected: " + key + " alone, without a value)");
        }
    }

    private static int percent(String key, String value) {
        if (!value.endsWith("%")) {
            throw new IllegalArgumentException(key + ": '" + value + "' (expected: 0% to 50%)");
        }
        return number(key, value.substring(0, value.length() - 1), "0% to 50%");
    }

    private static int number(String key, String value, String range) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + ": '" + value + "' (expected: " + range + ")", e);
        }
    }

    static String format(HeartbeatConfig config) {
        StringJoiner joiner = new StringJoiner(",")
                .add("ping-idle=" + DurationText.format(config.pingIdle()))
                .add("pong-timeout=" + DurationText.format(config.pongTimeout()))
                .add("max-missed-pongs=" + config.maxMissedPongs())
                .add("beat-interval=" + DurationText.format(config.beatInterval()))
                .add("jitter=" + config.jitterPercent() + "%")
                .add("read-pause-timeout=" + DurationText.format(config.readPauseTimeout()))
                .add("write-stall-timeout=" + DurationText.format(config.writeStallTimeout()))
                .add("close-timeout=" + DurationText.format(config.closeTimeout()))
                .add("local-pause-allowance=" + DurationText.format(config.localPauseAllowance()))
                .add("min-ping-interval=" + DurationText.format(config.minPingInterval()));
        if (config.requireHeartbeats()) {
            joiner.add("require-heartbeats");
        }
        if (config.isOneWay()) {
            joiner.add("one-way");
        }
        return joiner.toString();
    }
}
