package io.keepalive.spring.boot;

import io.keepalive.KeepAlive;
import io.keepalive.socket.Precedence;
import java.time.Duration;
import java.util.Optional;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.reactor.IOReactorConfig;

/** Merges a policy into the socket configurations of Apache HttpClient 5; everything else in them stays. */
final class HttpComponentsSockets {
    private HttpComponentsSockets() {}

    static void keep(SocketConfig.Builder config, ClientKeeper keeper) {
        SocketConfig held = config.build();
        merge(config, held, keeper.policy(), keeper.precedence());
        String before = text(held);
        String after = text(config.build());
        if (!before.equals(text(SocketConfig.DEFAULT)) && !before.equals(after)) {
            keeper.overrode(before + " becomes " + after);
        }
    }

    /** The same for the asynchronous client. */
    static IOReactorConfig keep(IOReactorConfig held, KeepAlive policy, Precedence precedence) {
        IOReactorConfig defaults = IOReactorConfig.DEFAULT;
        IOReactorConfig.Builder config = IOReactorConfig.copy(held);
        config.setSoKeepAlive(Merge.isOn(precedence, policy.isOn(), held.isSoKeepAlive(), defaults.isSoKeepAlive()));
        int idle = held.getTcpKeepIdle();
        config.setTcpKeepIdle(value(precedence, seconds(policy.idle(), idle), idle, defaults.getTcpKeepIdle()));
        int interval = held.getTcpKeepInterval();
        config.setTcpKeepInterval(
                value(precedence, seconds(policy.interval(), interval), interval, defaults.getTcpKeepInterval()));
        int count = held.getTcpKeepCount();
        config.setTcpKeepCount(value(precedence, policy.count().orElse(count), count, defaults.getTcpKeepCount()));
        return config.build();
    }

    private static void merge(SocketConfig.Builder config, SocketConfig held, KeepAlive policy, Precedence precedence) {
        SocketConfig defaults = SocketConfig.DEFAULT;
        config.setSoKeepAlive(Merge.isOn(precedence, policy.isOn(), held.isSoKeepAlive(), defaults.isSoKeepAlive()));
        int idle = held.getTcpKeepIdle();
        config.setTcpKeepIdle(value(precedence, seconds(policy.idle(), idle), idle, defaults.getTcpKeepIdle()));
        int interval = held.getTcpKeepInterval();
        config.setTcpKeepInterval(
                value(precedence, seconds(policy.interval(), interval), interval, defaults.getTcpKeepInterval()));
        int count = held.getTcpKeepCount();
        config.setTcpKeepCount(value(precedence, policy.count().orElse(count), count, defaults.getTcpKeepCount()));
    }

    private static int value(Precedence precedence, int policy, int held, int other) {
        return (int) Merge.value(precedence, policy, held, other);
    }

    /** In whole seconds, rounded up; what is held where the policy says nothing. */
    private static int seconds(Optional<Duration> policy, int held) {
        return policy.isPresent() ? (int) policy.get().plusNanos(999_999_999).toSeconds() : held;
    }

    private static String text(SocketConfig config) {
        return config.isSoKeepAlive()
                ? "idle=" + config.getTcpKeepIdle() + "s,interval=" + config.getTcpKeepInterval() + "s,count="
                        + config.getTcpKeepCount()
                : "off";
    }
}
