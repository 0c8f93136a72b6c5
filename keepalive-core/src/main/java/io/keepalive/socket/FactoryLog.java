package io.keepalive.socket;

import io.keepalive.KeepAliveOption;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Warns of what a socket of a factory could not have, where a configuration names the factory by its class and has no place
 * for a listener. One line for each option and outcome in a JVM, however many sockets there are. The only place of this
 * library that logs.
 */
final class FactoryLog {
    static final FactoryLog OF_JVM =
            new FactoryLog(line -> System.getLogger("io.keepalive.socket").log(Level.WARNING, line));

    private record Failure(KeepAliveOption option, Outcome outcome) {}

    private final Set<Failure> logged = ConcurrentHashMap.newKeySet();
    private final Consumer<String> log;

    FactoryLog(Consumer<String> log) {
        this.log = log;
    }

    /** Logs the failures that are new. Never throws, since a connection is worth more than a line. */
    @SuppressWarnings("CatchingUnchecked") // a logger is anybody's code
    void report(KeepAliveReport report) {
        for (KeepAliveReport.Entry entry : report.entries()) {
            // A connection that has ended already is no fault of the system's.
            if (entry.outcome().isFailure()
                    && entry.outcome() != Outcome.CLOSED
                    && logged.add(new Failure(entry.option(), entry.outcome()))) {
                try {
                    log.accept(entry + "; logged once, KeepAliveStatistics counts each socket");
                } catch (Throwable e) {
                    // The outcome is in the statistics all the same.
                }
            }
        }
    }
}
