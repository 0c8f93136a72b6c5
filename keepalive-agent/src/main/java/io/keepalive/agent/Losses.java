package io.keepalive.agent;

import io.keepalive.internal.DaemonThreads;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.io.FileDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts how kept connections end, each once, by cause, peer and rule, in a fixed space. Runs within calls of the program
 * that hold locks of the JDK: it makes some system calls and never blocks; lines are printed by a thread of their own.
 * Thread-safe.
 */
final class Losses {
    /** Distinct combinations of cause, peer and rule; what comes after is counted by cause alone. */
    private static final int SORTS = 300;

    private static final int WAITING_LINES = 100;

    private final Map<Sort, Sum> sums = new ConcurrentHashMap<>();
    private final Map<LossCause, LongAdder> ends = new ConcurrentHashMap<>();
    private final Consumer<String> news;
    private final Executor printing;

    private record Sort(String cause, String peer, String rule) {
        @Override
        public String toString() {
            return cause + " " + peer + ", rule '" + rule + "'";
        }
    }

    /** The ends of one sort. */
    private static final class Sum {
        private final AtomicLong count = new AtomicLong();
        private final AtomicLong leastNanos = new AtomicLong(Long.MAX_VALUE);
        private final AtomicLong mostNanos = new AtomicLong();
        private volatile String evidence = "";

        /** Returns which one it is, from 1. */
        long add(long silenceNanos, String newest) {
            leastNanos.accumulateAndGet(silenceNanos, Math::min);
            mostNanos.accumulateAndGet(silenceNanos, Math::max);
            evidence = newest;
            return count.incrementAndGet();
        }

        String text() {
            String least = EndCause.seconds(leastNanos.get());
            String most = EndCause.seconds(mostNanos.get());
            return "silent for " + least + (least.equals(most) ? "" : " to " + most) + "; " + evidence;
        }
    }

    /**
     * Makes one.
     *
     * @param news receives each loss that is the first of its sort, on a thread of its own
     */
    Losses(Consumer<String> news) {
        this(news, printer());
    }

    Losses(Consumer<String> news, Executor printing) {
        this.news = news;
        this.printing = printing;
    }

    /** Without a thread while there is nothing to print; what is too much is not printed, only counted. */
    private static Executor printer() {
        ThreadPoolExecutor printer = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING_LINES),
                task -> DaemonThreads.create("keepalive-agent-losses", task),
                new ThreadPoolExecutor.DiscardPolicy());
        printer.allowCoreThreadTimeOut(true);
        return printer;
    }

    /**
     * What a call of the program got, or is about to do.
     *
     * @param event failed, eof, shutdown or close
     * @param about as {@code KeepAliveNet} passes it: the descriptor, its connection, its silences, whether it was established, and
     *     the failure or null
     */
    void happened(String event, Object[] about) {
        happened(
                event,
                (FileDescriptor) about[0],
                (Connection) about[1],
                Silences.of((long[]) about[2]),
                (Boolean) about[3],
                (Throwable) about[4]);
    }

    /**
     * What a call of the program got, or is about to do.
     *
     * @param event failed, eof, shutdown or close, as {@code KeepAliveNet} reports it
     * @param silences see {@link Silences#of}
     * @param failure null unless a call failed
     */
    void happened(
            String event,
            FileDescriptor descriptor,
            Connection connection,
            Silences silences,
            boolean isEstablished,
            @Nullable Throwable failure) {
        if (connection.rule().keeper() == null) {
            return; // left alone
        }
        TcpState state = JdkNet.state(descriptor);
        if (JdkNet.LINUX && state.number() == TcpState.UNKNOWN.number() && !event.equals("failed")) {
            return; // no TCP connection any more
        }
        EndCause cause = new EndCause(
                state, silences.withStall(connection.stallNanos()), connection.isOutputEnded(), isEstablished);
        Optional<ConnectionLoss> loss = switch (event) {
            case "failed" -> cause.failed(Objects.requireNonNull(failure));
            case "eof" -> cause.endOfStream();
            case "shutdown" -> cause.outputEnds();
            case "close" -> cause.closed(state.isClosed() ? JdkNet.pendingError(descriptor) : null);
            default -> throw new IllegalArgumentException("event '" + event + "'");
        };
        if (event.equals("shutdown") && loss.isEmpty() && !state.isClosed()) {
            connection.endOutput(silences.stallNanos());
        }
        loss.ifPresent(found -> note(connection, found, silences.receivedNanos()));
    }

    private void note(Connection connection, ConnectionLoss loss, long silenceNanos) {
        if (!connection.end()) {
            return;
        }
        ends.computeIfAbsent(loss.cause(), ignored -> new LongAdder()).increment();
        if (loss.cause() == LossCause.LOCAL_CLOSED && loss.confidence() == Confidence.HIGH) {
            return;
        }
        Sort sort = new Sort(
                loss.cause() + " " + loss.confidence(),
                connection.text(),
                connection.rule().text());
        Sum sum = sums.get(sort);
        if (sum == null) {
            Sort bounded = sums.size() < SORTS ? sort : new Sort(sort.cause, "others", "any");
            sum = sums.computeIfAbsent(bounded, ignored -> new Sum());
        }
        if (sum.add(silenceNanos, loss.evidence()) == 1 && isLoss(loss.cause())) {
            String line = "lost: " + sort + ", " + sum.text();
            printing.execute(() -> news.accept(line));
        }
        LossEvents.lost(loss, silenceNanos, sort.peer, sort.rule);
    }

    private static boolean isLoss(LossCause cause) {
        return cause != LossCause.LOCAL_CLOSED && cause != LossCause.PEER_CLOSED;
    }

    /** How many connections ended in which way, the orderly ones included. */
    Map<String, Long> ends() {
        Map<String, Long> result = new TreeMap<>();
        ends.forEach((cause, count) -> result.put(cause.name(), count.sum()));
        return result;
    }

    /** Causes, confidence, peers and rules of losses, and how often. */
    Map<String, Long> losses() {
        Map<String, Long> result = new TreeMap<>();
        sums.forEach((sort, sum) -> {
            if (!sort.cause.startsWith(LossCause.LOCAL_CLOSED.name())
                    && !sort.cause.startsWith(LossCause.PEER_CLOSED.name())) {
                result.put(sort.toString(), sum.count.get());
            }
        });
        return result;
    }

    /** For the report. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        sums.forEach((sort, sum) -> lines.add("  " + sum.count.get() + " x " + sort + ", " + sum.text()));
        lines.sort(null);
        LongAdder closed = ends.get(LossCause.LOCAL_CLOSED);
        if (closed != null) {
            lines.add("  " + closed.sum() + " x LOCAL_CLOSED in all: closed by this program");
        }
        if (!lines.isEmpty()) {
            lines.add(0, "how they ended:");
        }
        return lines;
    }
}
