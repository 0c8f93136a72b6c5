package io.keepalive.socket;

import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

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

    /**
     * A connection has ended: it is counted by its cause and, unless this program closed it
     * ({@link LossCause#LOCAL_CLOSED}), told to a flight recording as event {@code io.keepalive.ConnectionLost}. For who
     * ends connections by a verdict of {@code io.keepalive.heartbeat}, once for each of them; the adapters of this library
     * do. Cheap, and never throws.
     *
     * @param lost as the application is told
     */
    public void connectionLost(ConnectionLostException lost) {
        Telemetry.lost(lost);
    }

    void count(Outcome outcome, long times) {
        Objects.requireNonNull(outcomes.get(outcome)).add(times);
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
