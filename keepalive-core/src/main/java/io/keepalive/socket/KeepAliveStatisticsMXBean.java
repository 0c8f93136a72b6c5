package io.keepalive.socket;

import io.keepalive.loss.LossCause;
import java.util.Map;

/**
 * What this library has done in this JVM, in numbers: the management interface of {@link KeepAliveStatistics}.
 *
 * @since 0.1
 */
public interface KeepAliveStatisticsMXBean {
    /**
     * How often each outcome was given to an option of a policy, since the JVM started. {@code SET} counts what was set
     * without being read back.
     *
     * @return a count for every {@link Outcome} by name
     */
    Map<String, Long> getOutcomes();

    /**
     * How many sockets a policy was applied to, since the JVM started, by kind of socket ({@code Socket}, {@code SSLSocket},
     * {@code EpollSocketChannel}) and by result: {@code KEPT}, {@code UNCHANGED} (left alone by the precedence, or disabled)
     * or {@code FAILED} (an option was unsupported, rejected or overridden, or the socket closed). Listening sockets count
     * as kinds of their own.
     *
     * @return for each kind that occurred a count for each result
     */
    Map<String, Map<String, Long>> getSockets();

    /**
     * How many connections this library ended or saw end, by cause, since the JVM started: those whose writes or heartbeats
     * it watches. {@code LOCAL_CLOSED} are those that the program closed itself. What the kernel's keepalive ends, only the
     * program is told.
     *
     * @return a count for every {@link LossCause} by name
     */
    Map<String, Long> getLosses();
}
