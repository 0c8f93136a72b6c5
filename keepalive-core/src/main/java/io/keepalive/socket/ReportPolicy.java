package io.keepalive.socket;

import java.util.Objects;
import java.util.function.Consumer;

/** What a builder does with the reports of its sockets: hand them on, and insist on them if strict. */
final class ReportPolicy {
    private boolean strict;
    private Consumer<KeepAliveReport> listener = report -> {};

    void strict() {
        this.strict = true;
    }

    void listener(Consumer<KeepAliveReport> listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    void accept(KeepAliveReport report) throws KeepAliveException {
        listener.accept(report);
        if (strict) {
            report.orThrow();
        }
    }
}
