package io.keepalive.cli.probe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client asks {@code keepalive probe --serve} for: one line, {@code PUSH 6500}, answered by {@code OK} at once and
 * by {@code PUSH} after so many milliseconds of silence.
 *
 * @param afterNanos the silence; negative: nothing is asked for
 */
record PushRequest(long afterNanos) {
    static final PushRequest NONE = new PushRequest(-1);
    static final String OK = "OK\n";
    static final String PUSH = "PUSH\n";

    private static final Pattern LINE = Pattern.compile("PUSH (\\d{1,9})");

    boolean isNone() {
        return afterNanos < 0;
    }

    ByteBuffer bytes() {
        return ByteBuffer.wrap(
                ("PUSH " + TimeUnit.NANOSECONDS.toMillis(afterNanos) + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    boolean isAccepted(ByteBuffer answer) {
        return StandardCharsets.US_ASCII.decode(answer.duplicate()).toString().startsWith(OK);
    }

    /** The milliseconds asked for; negative if the line is something else. */
    static long parse(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }
}
