package io.keepalive.cli.watch;

import io.keepalive.cli.demo.Terminal;
import io.keepalive.cli.linux.SystemCallAccess;
import io.keepalive.cli.option.CidrBlock;
import io.keepalive.cli.option.DurationConverter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keepalive watch}. */
@Command(
        name = "watch",
        description = {
            "Records how TCP connections of this machine end, and why: needs no privilege, changes nothing.",
            "Of each destination it shows the longest silence survived and the shortest that killed, and which boxes"
                    + " fit. Ctrl-C ends it with a report. Linux; JDK 22 or later."
        },
        footerHeading = "%nExample:%n",
        footer = {"  keepalive watch --for 1h --remote 10.0.0.0/8", "  keepalive watch --json | grep RESET_ON_IDLE"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:watched to the end",
            "1:this system or JDK can't; the message says what is missing",
            "2:wrong usage",
            "3:watched, but the kernel dropped notifications: the report is incomplete"
        },
        mixinStandardHelpOptions = true)
public final class WatchCommand implements Callable<Integer> {
    private static final int INCOMPLETE = 3;
    private static final Duration FOR_EVER = Duration.ofDays(36_500);
    private static final long REPORT_LIMIT_SECONDS = 5;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "stop after this time, for example 1h; default: on Ctrl-C",
            converter = DurationConverter.class)
    private Duration limit = FOR_EVER;

    @Option(names = "--pid", paramLabel = "PID", description = "only the connections of this process")
    private long pid;

    @Option(names = "--port", paramLabel = "PORT", description = "only connections with this port, on either side")
    private int port;

    @Option(
            names = "--remote",
            paramLabel = "CIDR",
            description = "only connections to this address or block",
            converter = CidrBlock.Converter.class)
    private @Nullable CidrBlock remote;

    @Option(
            names = "--json",
            description = "an object a line for each connection that ends, and a last one with the summary")
    private boolean json;

    @Option(names = "--plain", description = "a line for each connection that ends, on a terminal too")
    private boolean plain;

    /** Runs it. */
    @Override
    @SuppressWarnings("try") // the session is closed with the command
    public Integer call() throws IOException, InterruptedException {
        Terminal terminal = Terminal.ofThisProcess(plain || json);
        WatchView view = json
                ? new JsonView(terminal.out())
                : terminal.live() ? new LiveView(terminal.out()) : new TextView(terminal.out());
        WatchFilter filter = new WatchFilter(pid, port, remote);
        AtomicBoolean isStopped = new AtomicBoolean();
        AtomicInteger exitCode = new AtomicInteger(1);
        CountDownLatch reported = new CountDownLatch(1);
        // On a signal the report comes first; without halt the exit code would be the signal's.
        Thread onSignal = new Thread(() -> {
            isStopped.set(true);
            awaitReport(reported);
            Runtime.getRuntime().halt(exitCode.get());
        });
        try (WatchSession session = WatchSession.open(SystemCallAccess.find().require(), filter, view)) {
            Runtime.getRuntime().addShutdownHook(onSignal);
            exitCode.set(session.run(limit, () -> !isStopped.get()) ? 0 : INCOMPLETE);
            if (!isStopped.get()) {
                boolean ignored = Runtime.getRuntime().removeShutdownHook(onSignal);
            }
            return exitCode.get();
        } finally {
            reported.countDown();
        }
    }

    private static void awaitReport(CountDownLatch reported) {
        try {
            boolean ignored = reported.await(REPORT_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
