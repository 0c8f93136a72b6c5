package io.keepalive.heartbeat;

import io.keepalive.DurationText;
import io.keepalive.Middlebox;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;

/** The one grammar of heartbeat configurations. */
final class HeartbeatText {
    private static final String EXPECTED =
            "ping-after, answer-within, strikes, beat-every, jitter, read-pause, write-stall, pause-credit,"
                    + " permit-ping-every, outliving; or the words must-support, one-way";

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
            case "ping-after" -> builder.pingAfter(DurationText.parse(key, value));
            case "answer-within" -> builder.answerWithin(DurationText.parse(key, value));
            case "strikes" -> builder.strikes(number(key, value, "1 to 100"));
            case "beat-every" -> builder.beatEvery(DurationText.parse(key, value));
            case "jitter" -> builder.jitterPercent(percent(key, value));
            case "read-pause" -> builder.readPause(DurationText.parse(key, value));
            case "write-stall" -> builder.writeStall(DurationText.parse(key, value));
            case "pause-credit" -> builder.pauseCredit(DurationText.parse(key, value));
            case "permit-ping-every" -> builder.permitPingEvery(DurationText.parse(key, value));
            case "must-support" -> {
                checkAlone(key, value);
                builder.mustSupport();
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
                .add("ping-after=" + DurationText.format(config.pingAfter()))
                .add("answer-within=" + DurationText.format(config.answerWithin()))
                .add("strikes=" + config.strikes())
                .add("beat-every=" + DurationText.format(config.beatEvery()))
                .add("jitter=" + config.jitterPercent() + "%")
                .add("read-pause=" + DurationText.format(config.readPause()))
                .add("write-stall=" + DurationText.format(config.writeStall()))
                .add("pause-credit=" + DurationText.format(config.pauseCredit()))
                .add("permit-ping-every=" + DurationText.format(config.permitPingEvery()));
        if (config.mustSupport()) {
            joiner.add("must-support");
        }
        if (config.isOneWay()) {
            joiner.add("one-way");
        }
        return joiner.toString();
    }
}
