package io.keepalive.micrometer;

import io.keepalive.heartbeat.HeartbeatObservers;
import io.keepalive.loss.LossCause;
import io.keepalive.socket.KeepAliveStatistics;
import io.keepalive.socket.Outcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

/**
 * Meters of what this library does in this JVM:
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>Meter</th><th>Tags</th><th>Meaning</th></tr>
 * <tr><td>{@code keepalive.sockets}</td><td>{@code kind}, {@code result}</td>
 *     <td>sockets that a policy was applied to; {@code kept}, {@code unchanged} or {@code failed}</td></tr>
 * <tr><td>{@code keepalive.options}</td><td>{@code outcome}</td>
 *     <td>options of those sockets, by what became of them</td></tr>
 * <tr><td>{@code keepalive.losses}</td><td>{@code cause}</td>
 *     <td>ends of connections whose writes or heartbeats this library watches</td></tr>
 * <tr><td>{@code keepalive.heartbeat.rtt}</td><td></td><td>timer with buckets: PING to PONG</td></tr>
 * <tr><td>{@code keepalive.heartbeat.pongs.missed}</td><td></td><td>PINGs without a PONG in time</td></tr>
 * <tr><td>{@code keepalive.heartbeat.local.pauses}</td><td></td>
 *     <td>timer: how late ticks were because this process did not run; once for each heartbeat that was due</td></tr>
 * </table>
 *
 * <p>No tag holds an address: the number of series does not grow with the number of peers. Connections that the kernel's
 * keepalive ends are not counted as losses: only the program receives that exception. A JVM with the Java agent has the
 * agent's counters in JMX; these meters count what this JVM's own copy of the library does.
 *
 * <p>Thread-safe. {@link #close()} stops the measuring of heartbeats; the meters stay.
 *
 * @since 0.1
 */
public final class KeepAliveMetrics implements MeterBinder, AutoCloseable {
    private final Tags tags;
    private final List<Runnable> onClose = new CopyOnWriteArrayList<>();

    /** Meters without tags of your own. */
    public KeepAliveMetrics() {
        this(Tags.empty());
    }

    /**
     * Meters with additional tags.
     *
     * @param tags added to each meter
     */
    public KeepAliveMetrics(Iterable<Tag> tags) {
        this.tags = Tags.of(tags);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        KeepAliveStatistics statistics = KeepAliveStatistics.get();
        for (Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.NOT_REQUESTED) {
                counter(
                                "keepalive.options",
                                tags.and("outcome", text(outcome)),
                                s -> s.getOutcomes().getOrDefault(outcome.name(), 0L))
                        .description("Options that a keepalive policy requested, by what became of them")
                        .register(registry);
            }
        }
        for (LossCause cause : LossCause.values()) {
            counter(
                            "keepalive.losses",
                            tags.and("cause", text(cause)),
                            s -> s.getLosses().getOrDefault(cause.name(), 0L))
                    .description("Ends of watched connections, by cause")
                    .register(registry);
        }
        SocketMeters sockets = new SocketMeters(registry, tags);
        statistics.addKindListener(sockets);
        HeartbeatMeters heartbeats = new HeartbeatMeters(registry, tags);
        HeartbeatObservers.add(heartbeats);
        onClose.add(() -> {
            statistics.removeKindListener(sockets);
            HeartbeatObservers.remove(heartbeats);
        });
    }

    @Override
    public void close() {
        onClose.forEach(Runnable::run);
        onClose.clear();
    }

    static FunctionCounter.Builder<KeepAliveStatistics> counter(
            String name, Tags tags, ToDoubleFunction<KeepAliveStatistics> value) {
        return FunctionCounter.builder(name, KeepAliveStatistics.get(), value).tags(tags);
    }

    static long count(KeepAliveStatistics statistics, String kind, String result) {
        return statistics.getSockets().getOrDefault(kind, Map.of()).getOrDefault(result, 0L);
    }

    static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
