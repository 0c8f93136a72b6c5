package io.keepalive.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Facts as a stage would tell them, at an idle timeout of 8 s. */
final class Samples {
    static final Duration TIMEOUT = Duration.ofSeconds(8);
    static final ClientLog SILENT = log();

    private Samples() {}

    /** What the client logged behind the greeting: sent, answer, lost. */
    static ClientLog log(String... events) {
        var lines = new ArrayList<>(List.of("connected plain 1", "sent plain", "answer plain 1"));
        lines.addAll(List.of(events));
        return ClientLog.of(Side.PLAIN, lines);
    }

    static Facts.Connection known(long remainingSeconds, long refreshes, ClientLog log) {
        return new Facts.Connection(
                Optional.of(Duration.ofSeconds(remainingSeconds)),
                refreshes,
                log,
                log.answers(),
                "ESTABLISHED",
                "ESTABLISHED",
                "next probe in 3 s");
    }

    static Facts.Connection forgotten(ClientLog log) {
        return new Facts.Connection(
                Optional.empty(), 0, log, log.answers(), "ESTABLISHED", "ESTABLISHED", "6 bytes resent 5x");
    }

    static Facts at(double seconds, Facts.Connection plain, Facts.Connection kept) {
        return new Facts(Duration.ofMillis((long) (seconds * 1000)), new Both<>(plain, kept));
    }
}
