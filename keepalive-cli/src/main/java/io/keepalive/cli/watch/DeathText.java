package io.keepalive.cli.watch;

import io.keepalive.loss.Confidence;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;

/** A death as a line for people. */
final class DeathText {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private DeathText() {}

    /** For example {@code 08:31:07 10.9.1.2:58064 -> 10.9.2.2:7004 java[4711] RESET_ON_IDLE? after 8.0 s: RST ...}. */
    static String line(LocalTime time, Death death) {
        return TIME.format(time) + " " + death.local() + " -> " + death.remote() + " " + process(death) + " "
                + cause(death.verdict()) + " after "
                + DeathCause.seconds(death.verdict().silenceMillis()) + ": "
                + death.verdict().evidence();
    }

    static String process(Death death) {
        return death.program() == null ? "-" : death.program() + "[" + death.pid() + "]";
    }

    /** With a question mark where the confidence is low. */
    static String cause(Verdict verdict) {
        return verdict.cause() + (verdict.confidence() == Confidence.LOW ? "?" : "");
    }
}
