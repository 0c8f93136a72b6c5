package io.keepalive.cli.relay.io;

import io.keepalive.KeepAlive;
import io.keepalive.socket.SocketKeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Keepers of one policy whose idle times are shorter by up to a quarter, to be used in turn, so that the probes of
 * connections that were opened together don't leave together.
 *
 * <p>Linux fires all timers of a step at once: at 250 Hz steps of 2 s for times of 16 s to 2 min, of 16 s for longer ones
 * (kernel/time/timer.c). A relay that gets thousands of connections within a step would send thousands of probes in one
 * burst from then on, and the queues on their way hold a thousand (net.core.netdev_max_backlog, a device's txqueuelen).
 *
 * <p>Confined to one loop's thread.
 */
final class Spread {
    /** More would not spread further: a burst is down to a thirtieth. */
    private static final int MOST = 32;

    private final List<SocketKeeper> keepers;
    private int next;

    private Spread(List<KeepAlive> policies) {
        keepers = policies.stream().map(SocketKeeper::of).toList();
    }

    /** Of a policy. */
    static Spread of(KeepAlive policy) {
        return new Spread(policies(policy));
    }

    /** Of a policy that the sockets hold already, but for the idle times of the spread. */
    static Spread ofIdleTimes(KeepAlive policy) {
        return new Spread(policies(policy).stream()
                .map(each -> each.idle().isEmpty()
                        ? each
                        : KeepAlive.builder().idle(each.idle().get()).build())
                .toList());
    }

    /** The policy itself first; every other one has a shorter idle time, in whole seconds. */
    static List<KeepAlive> policies(KeepAlive policy) {
        List<KeepAlive> policies = new ArrayList<>(List.of(policy));
        long idleSeconds = policy.idle().map(Duration::toSeconds).orElse(0L);
        long quarter = idleSeconds / 4;
        long steps = Math.min(MOST, quarter);
        for (long i = 1; i <= steps; i++) {
            policies.add(policy.toBuilder()
                    .idle(Duration.ofSeconds(idleSeconds - i * quarter / steps))
                    .build());
        }
        return policies;
    }

    /** Whether all keepers have the policy itself. */
    boolean isEven() {
        return keepers.size() == 1;
    }

    /** The keeper of the next connection. */
    SocketKeeper next() {
        next = (next + 1) % keepers.size();
        return keepers.get(next);
    }
}
