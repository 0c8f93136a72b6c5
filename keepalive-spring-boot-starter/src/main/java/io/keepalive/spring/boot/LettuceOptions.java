package io.keepalive.spring.boot;

import io.keepalive.KeepAlive;
import io.keepalive.socket.Precedence;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import java.time.Duration;

/** Merges a policy into Lettuce's socket options; everything else in them stays. */
final class LettuceOptions {
    private LettuceOptions() {}

    static void keep(ClientOptions.Builder options, ClientKeeper keeper) {
        SocketOptions held = options.build().getSocketOptions();
        SocketOptions merged = merge(held, keeper.policy(), keeper.precedence());
        options.socketOptions(merged);
        String before = text(held);
        if (!before.equals(text(SocketOptions.create())) && !before.equals(text(merged))) {
            keeper.overrode(before + " becomes " + text(merged));
        }
        keeper.kept("client options: " + text(merged));
    }

    static SocketOptions merge(SocketOptions held, KeepAlive policy, Precedence precedence) {
        SocketOptions defaults = SocketOptions.create();
        boolean on = Merge.isOn(precedence, policy.isOn(), held.isKeepAlive(), defaults.isKeepAlive());
        KeepAliveOptions heldTimes = held.getKeepAlive();
        KeepAliveOptions defaultTimes = defaults.getKeepAlive();
        SocketOptions.Builder merged = held.mutate();
        if (on) {
            merged.keepAlive(KeepAliveOptions.builder()
                    .enable()
                    .idle(time(precedence, policy.idle().orElse(null), heldTimes.getIdle(), defaultTimes.getIdle()))
                    .interval(time(
                            precedence,
                            policy.interval().orElse(null),
                            heldTimes.getInterval(),
                            defaultTimes.getInterval()))
                    .count((int) Merge.value(
                            precedence,
                            policy.count().orElse(heldTimes.getCount()),
                            heldTimes.getCount(),
                            defaultTimes.getCount()))
                    .build());
        } else {
            merged.keepAlive(false);
        }
        policy.userTimeout()
                .filter(timeout -> precedence != Precedence.OBSERVE)
                .filter(timeout -> precedence == Precedence.ENFORCE || !held.isEnableTcpUserTimeout())
                .ifPresent(timeout -> merged.tcpUserTimeout(TcpUserTimeoutOptions.builder()
                        .enable()
                        .tcpUserTimeout(timeout)
                        .build()));
        return merged.build();
    }

    private static Duration time(
            Precedence precedence, @org.jspecify.annotations.Nullable Duration policy, Duration held, Duration other) {
        return policy == null
                ? held
                : Duration.ofMillis(Merge.value(precedence, policy.toMillis(), held.toMillis(), other.toMillis()));
    }

    private static String text(SocketOptions options) {
        KeepAliveOptions times = options.getKeepAlive();
        String user = options.isEnableTcpUserTimeout()
                ? ",user-timeout="
                        + options.getTcpUserTimeout().getTcpUserTimeout().toMillis() + "ms"
                : "";
        return options.isKeepAlive()
                ? "idle=" + times.getIdle().toSeconds() + "s,interval="
                        + times.getInterval().toSeconds() + "s,count=" + times.getCount() + user
                : "off" + user;
    }
}
