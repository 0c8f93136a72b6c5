package io.keepalive.spring.boot;

import io.keepalive.KeepAlive;
import io.keepalive.socket.Precedence;
import java.time.Duration;
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
        policy.idle()
                .ifPresent(idle -> config.setTcpKeepIdle(
                        value(precedence, seconds(idle), held.getTcpKeepIdle(), defaults.getTcpKeepIdle())));
        policy.interval()
                .ifPresent(interval -> config.setTcpKeepInterval(value(
                        precedence, seconds(interval), held.getTcpKeepInterval(), defaults.getTcpKeepInterval())));
        policy.count()
                .ifPresent(count -> config.setTcpKeepCount(
                        value(precedence, count, held.getTcpKeepCount(), defaults.getTcpKeepCount())));
        return config.build();
    }

    private static void merge(SocketConfig.Builder config, SocketConfig held, KeepAlive policy, Precedence precedence) {
        SocketConfig defaults = SocketConfig.DEFAULT;
        config.setSoKeepAlive(Merge.isOn(precedence, policy.isOn(), held.isSoKeepAlive(), defaults.isSoKeepAlive()));
        policy.idle()
                .ifPresent(idle -> config.setTcpKeepIdle(
                        value(precedence, seconds(idle), held.getTcpKeepIdle(), defaults.getTcpKeepIdle())));
        policy.interval()
                .ifPresent(interval -> config.setTcpKeepInterval(value(
                        precedence, seconds(interval), held.getTcpKeepInterval(), defaults.getTcpKeepInterval())));
        policy.count()
                .ifPresent(count -> config.setTcpKeepCount(
                        value(precedence, count, held.getTcpKeepCount(), defaults.getTcpKeepCount())));
    }

    private static int value(Precedence precedence, int policy, int held, int other) {
        return (int) Merge.value(precedence, policy, held, other);
    }

    private static int seconds(Duration duration) {
        return (int) duration.plusNanos(999_999_999).toSeconds();
    }

    private static String text(SocketConfig config) {
        return config.isSoKeepAlive()
                ? "idle=" + config.getTcpKeepIdle() + "s,interval=" + config.getTcpKeepInterval() + "s,count="
                        + config.getTcpKeepCount()
                : "off";
    }
}
