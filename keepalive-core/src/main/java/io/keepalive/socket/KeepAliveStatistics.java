package io.keepalive.socket;

import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Counters of this JVM, for a metrics library or for JMX:
 *
 * <pre>{@code
 * ManagementFactory.getPlatformMBeanServer()
 *         .registerMBean(KeepAliveStatistics.get(), new ObjectName("io.keepalive:type=Statistics"));
 * }</pre>
 *
 * <p>They hold no address of any peer. Thread-safe.
 *
 * @since 0.1
 */
public final class KeepAliveStatistics implements KeepAliveStatisticsMXBean {
    private static final KeepAliveStatistics INSTANCE = new KeepAliveStatistics();

    private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
    private final Map<LossCause, LongAdder> losses = new EnumMap<>(LossCause.class);

    private final SocketCounters sockets = new SocketCounters();

    private KeepAliveStatistics() {
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
        for (LossCause cause : LossCause.values()) {
            losses.put(cause, new LongAdder());
        }
    }

    /**
     * The counters of this JVM.
     *
     * @return the same object at each call
     */
    public static KeepAliveStatistics get() {
        return INSTANCE;
    }

    /** Whether a flight recording takes what each socket holds: the event {@code io.keepalive.Applied}. */
    public static boolean isRecording() {
        return Telemetry.isRecording();
    }

    @Override
    public Map<String, Long> getOutcomes() {
        return byName(outcomes);
    }

    @Override
    public Map<String, Long> getLosses() {
        return byName(losses);
    }

    @Override
    public Map<String, Map<String, Long>> getSockets() {
        return sockets.byName();
    }

    /**
     * Notifies a listener of each kind of socket that {@link #getSockets()} has: at once of those that it has already, later
     * of each new one, of which there are few. For metrics libraries that register a meter for each.
     *
     * @param listener called on the thread that applies a policy to the first socket of a kind; must neither block nor throw
     */
    public void addKindListener(Consumer<String> listener) {
        sockets.addListener(listener);
    }

    /** Removes a listener; does nothing if it was not added. */
    public void removeKindListener(Consumer<String> listener) {
        sockets.removeListener(listener);
    }

    /**
     * A connection has ended: it is counted by its cause and, unless this program closed it
     * ({@link LossCause#LOCAL_CLOSED}), and recorded in a flight recording as event {@code io.keepalive.ConnectionLost}. For who
     * ends connections by a verdict of {@code io.keepalive.heartbeat}, once for each of them; the adapters of this library
     * do. Cheap, and never throws.
     *
     * @param lost as reported to the application
     */
    public void connectionLost(ConnectionLostException lost) {
        Telemetry.lost(lost);
    }

    void count(Outcome outcome, long times) {
        Objects.requireNonNull(outcomes.get(outcome)).add(times);
    }

    void count(String kind, KeptResult result) {
        sockets.count(kind, result);
    }

    void count(LossCause cause) {
        Objects.requireNonNull(losses.get(cause)).increment();
    }

    private static <E extends Enum<E>> Map<String, Long> byName(Map<E, LongAdder> counters) {
        Map<String, Long> result = new LinkedHashMap<>();
        counters.forEach((key, counter) -> result.put(key.name(), counter.sum()));
        return result;
    }
}
