package io.keepalive.cli.probe;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One search from its first step to its last: carries out what {@link Search} wants next, and waits out outages. */
final class ProbeSession {
    /** A network that is away for longer has vanished. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int MOST_REPETITIONS = 5;

    private final RoundRunner runner;
    private final Observer observer;
    private Search search;

    /** Notified of what happens. */
    interface Observer {
        void onStep(Search search, Step.Test test);

        void onRound(Search search, Round round) throws IOException;

        void onOutage(String reason);
    }

    ProbeSession(RoundRunner runner, Search search, Observer observer) {
        this.runner = runner;
        this.search = search;
        this.observer = observer;
    }

    /** What is known so far; from the thread that runs the session. */
    Search search() {
        return search;
    }

    /**
     * Runs until the search is done or the runner is stopped.
     *
     * @throws NetworkLostException if the target can't be reached any more
     */
    void run() throws IOException, InterruptedException {
        runner.control();
        while (search.next() instanceof Step.Test test) {
            observer.onStep(search, test);
            Optional<Round> round = attempt(test);
            if (round.isEmpty()) {
                return;
            }
            search = search.with(round.get());
            observer.onRound(search, round.get());
        }
    }

    private Optional<Round> attempt(Step.Test test) throws IOException, InterruptedException {
        for (int i = 1; ; i++) {
            try {
                Optional<Round> round = runner.run(test, search.goal().votes());
                if (round.isEmpty() || round.get().valid() > 0) {
                    return round;
                }
                throw new NetworkLostException("no connection of this round gave a result");
            } catch (NetworkLostException e) {
                if (i >= MOST_REPETITIONS) {
                    throw e;
                }
                observer.onOutage(String.valueOf(e.getMessage()));
                awaitNetwork();
            }
        }
    }

    private void awaitNetwork() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            try {
                runner.control();
                return;
            } catch (NetworkLostException e) {
                if (System.nanoTime() - begin > PATIENCE_NANOS) {
                    throw e;
                }
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }
}
