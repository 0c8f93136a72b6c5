package io.keepalive.netty.heartbeat;

import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * The time of an event loop, which may be virtual in an {@code EmbeddedChannel}. Netty 4.2 offers it as {@code
 * EventExecutor.ticker()}; 4.1 does not have that method, and this is the only place that needs it.
 */
final class LoopClock {
    private static final boolean HAS_TICKER = hasTicker();

    private LoopClock() {}

    static long nanoTime(EventExecutor executor) {
        return HAS_TICKER ? Netty42.nanoTime(executor) : Netty41.nanoTime(executor);
    }

    private static boolean hasTicker() {
        try {
            EventExecutor.class.getMethod("ticker");
            return true;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    /** A class of its own, so that Netty 4.1 never links it. */
    private static final class Netty42 {
        static long nanoTime(EventExecutor executor) {
            return executor.ticker().nanoTime();
        }
    }

    private static final class Netty41 {
        private static final @Nullable Method VIRTUAL = virtual();

        static long nanoTime(EventExecutor executor) {
            Method virtual = VIRTUAL;
            if (virtual == null || executor instanceof SingleThreadEventExecutor) {
                return System.nanoTime();
            }
            try {
                return (long) virtual.invoke(executor); // EmbeddedChannel
            } catch (IllegalAccessException | InvocationTargetException | IllegalArgumentException e) {
                return System.nanoTime();
            }
        }

        private static @Nullable Method virtual() {
            try {
                Method method = AbstractScheduledEventExecutor.class.getDeclaredMethod("getCurrentTimeNanos");
                method.setAccessible(true);
                return method;
            } catch (NoSuchMethodException | RuntimeException e) {
                return null;
            }
        }
    }
}
