package io.keepalive.spring.boot;

import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.keepalive.KeepAlive;
import io.keepalive.socket.Precedence;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;
import org.springframework.util.ClassUtils;

/** A policy as options of the transport that gRPC chooses by itself: epoll where it is available, else NIO. */
final class GrpcOptions {
    /** Where a builder takes its options. */
    private interface Options {
        <T> void set(ChannelOption<T> option, T value);
    }

    private GrpcOptions() {}

    static void keep(String target, NettyChannelBuilder builder, ClientKeeper keeper) {
        keep("channel to " + target, builder::withOption, keeper);
    }

    static void keep(NettyServerBuilder builder, ClientKeeper keeper) {
        keep("accepted connections", builder::withChildOption, keeper);
    }

    private static void keep(String what, Options options, ClientKeeper keeper) {
        if (keeper.precedence() == Precedence.OBSERVE) {
            keeper.left(what + ": the precedence is OBSERVE, and gRPC's options can't be observed");
            return;
        }
        KeepAlive policy = keeper.policy();
        options.set(ChannelOption.SO_KEEPALIVE, policy.isOn());
        boolean epoll = ClassUtils.isPresent("io.netty.channel.epoll.Epoll", GrpcOptions.class.getClassLoader())
                && Epoll.isAvailable();
        if (epoll) {
            setEpoll(policy, options);
        } else {
            setNio(policy, options);
            policy.userTimeout()
                    .ifPresent(timeout -> keeper.left(what + ": the user timeout, which only epoll has an option for"
                            + " (what to do: put netty-transport-native-epoll on the class path)"));
        }
        keeper.kept(what + (epoll ? " (epoll)" : " (NIO)"));
    }

    private static void setEpoll(KeepAlive policy, Options options) {
        policy.idle().ifPresent(idle -> options.set(EpollChannelOption.TCP_KEEPIDLE, seconds(idle)));
        policy.interval().ifPresent(time -> options.set(EpollChannelOption.TCP_KEEPINTVL, seconds(time)));
        policy.count().ifPresent(count -> options.set(EpollChannelOption.TCP_KEEPCNT, count));
        policy.userTimeout()
                .ifPresent(timeout ->
                        options.set(EpollChannelOption.TCP_USER_TIMEOUT, Math.toIntExact(timeout.toMillis())));
    }

    private static void setNio(KeepAlive policy, Options options) {
        policy.idle()
                .ifPresent(idle -> options.set(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), seconds(idle)));
        policy.interval()
                .ifPresent(time ->
                        options.set(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), seconds(time)));
        policy.count().ifPresent(count -> options.set(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), count));
    }

    private static int seconds(Duration duration) {
        return Math.toIntExact(duration.plusNanos(999_999_999).toSeconds());
    }
}
