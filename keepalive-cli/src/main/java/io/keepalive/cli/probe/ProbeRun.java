package io.keepalive.cli.probe;

import io.keepalive.cli.output.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run of {@code keepalive probe}: its sessions, their output, and what an interruption prints. */
final class ProbeRun {
    static final int UNDECIDED = 3;
    static final int REFUTED = 4;
    private static final int INTERRUPTED = 130;
    private static final long LAST_WORDS_SECONDS = 5;

    /** {@code ROWS COLUMNS} of standard output if the script ./keepalive found a terminal, else {@code no}. */
    private static final String TERMINAL = "keepalive.terminal";

    private final Settings settings;
    private final PrintWriter err;
    private final PrintStream out = System.out;
    private final Progress progress;
    private final Kernel kernel;
    private final long begin = System.nanoTime();
    private @Nullable RoundRunner runner;
    private volatile boolean stopped;

    /**
     * What was asked for.
     *
     * @param target as the user wrote it
     */
    record Settings(
            String target,
            InetSocketAddress address,
            Goal goal,
            boolean bothDirections,
            @Nullable Path resume,
            boolean json) {}

    ProbeRun(Settings settings, PrintWriter err) throws IOException {
        this.settings = settings;
        this.err = err;
        this.progress =
                new Progress(System.err, !System.getProperty(TERMINAL, "no").equals("no"));
        this.kernel = Kernel.ofThisMachine();
    }

    /** The exit code. */
    int run() throws IOException, InterruptedException {
        CountDownLatch printed = new CountDownLatch(1);
        Thread lastWords = new Thread(() -> onInterrupt(printed), "probe-interrupted");
        Runtime.getRuntime().addShutdownHook(lastWords);
        try {
            return measure();
        } finally {
            out.flush();
            err.flush();
            printed.countDown();
            if (!stopped) {
                Runtime.getRuntime().removeShutdownHook(lastWords);
            }
        }
    }

    private void onInterrupt(CountDownLatch printed) {
        synchronized (this) {
            stopped = true;
            if (runner != null) {
                runner.stop();
            }
        }
        try {
            var unused = printed.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int measure() throws IOException, InterruptedException {
        if (settings.bothDirections) {
            PushCheck.run(settings.address);
        }
        say("probing " + settings.target + ": " + settings.goal.votes() + " connections at a time");
        Search toServer = Search.of(settings.goal);
        Search fromServer = null;
        String failure = null;
        try {
            toServer = session("client-to-server", false);
            if (settings.bothDirections && !stopped) {
                say("the way from the server:");
                fromServer = session("server-to-client", true);
            }
        } catch (Interrupted e) {
            failure = e.reason;
            if (e.push) {
                fromServer = e.search;
            } else {
                toServer = e.search;
            }
            if (failure != null && e.search.history().rounds().isEmpty()) {
                throw new NetworkLostException(failure + " (expected: a TCP server that accepts connections)");
            }
        }
        print(toServer, fromServer);
        if (failure != null) {
            err.println(
                    "keepalive probe: " + settings.target + ": " + failure + " (what was measured before is above)");
            return 1;
        }
        return exitCode(toServer, fromServer);
    }

    /** The search as far as it came, and why it ended. */
    private static final class Interrupted extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Search search;
        private final @Nullable String reason;
        private final boolean push;

        Interrupted(Search search, boolean push, @Nullable String reason) {
            this.search = search;
            this.push = push;
            this.reason = reason;
        }
    }

    private Search session(String direction, boolean push) throws IOException, InterruptedException, Interrupted {
        Search search = Search.of(settings.goal);
        SessionFile file = settings.resume == null ? null : new SessionFile(settings.resume);
        if (file != null) {
            List<Round> known = file.open(settings.target, direction, settings.goal);
            for (Round round : known) {
                search = search.with(round);
                say("  " + Evidence.line(round) + " (from " + settings.resume + ")");
            }
        }
        try (RoundRunner fresh = new RoundRunner(settings.address, kernel, push, progress::onTime)) {
            synchronized (this) {
                runner = fresh;
                if (stopped) {
                    fresh.stop();
                }
            }
            ProbeSession session = new ProbeSession(fresh, search, new Reporter(direction, file));
            try {
                session.run();
            } catch (NetworkLostException e) {
                throw new Interrupted(session.search(), push, e.getMessage());
            }
            if (stopped) {
                throw new Interrupted(session.search(), push, null);
            }
            return session.search();
        } finally {
            progress.clear();
        }
    }

    private final class Reporter implements ProbeSession.Observer {
        private final String direction;
        private final @Nullable SessionFile file;

        Reporter(String direction, @Nullable SessionFile file) {
            this.direction = direction;
            this.file = file;
        }

        @Override
        public void onStep(Search search, Step.Test test) {
            progress.onStep(search, test);
        }

        @Override
        public void onRound(Search search, Round round) throws IOException {
            if (file != null) {
                file.add(direction, round);
            }
            progress.clear();
            say("  " + Evidence.line(round));
        }

        @Override
        public void onOutage(String reason) {
            progress.clear();
            say("  round repeated: " + reason);
        }
    }

    private void print(Search toServer, @Nullable Search fromServer) {
        progress.clear();
        if (settings.json) {
            out.println(Json.line(
                    VerdictJson.of(settings.target, toServer, fromServer, kernel.info(), System.nanoTime() - begin)));
            return;
        }
        out.println();
        VerdictText.of(toServer).forEach(out::println);
        if (fromServer != null) {
            out.println();
            out.println("From the server:");
            VerdictText.of(fromServer).forEach(out::println);
        }
        out.println();
        VerdictText.limits(Advice.limits(Verdict.of(toServer), fromServer != null, kernel.info()))
                .forEach(out::println);
    }

    private int exitCode(Search toServer, @Nullable Search fromServer) {
        Step.Outcome outcome = Verdict.of(toServer).outcome();
        if (stopped) {
            return INTERRUPTED;
        }
        if (!outcome.isDecided()
                || (fromServer != null && !Verdict.of(fromServer).outcome().isDecided())) {
            return UNDECIDED;
        }
        return settings.goal.confirm() && outcome != Step.Outcome.FOUND ? REFUTED : 0;
    }

    private void say(String line) {
        if (!settings.json) {
            out.println(line);
            out.flush();
        }
    }
}
