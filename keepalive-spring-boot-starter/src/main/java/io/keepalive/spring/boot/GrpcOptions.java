package io.keepalive.spring.boot;

import io.grpc.netty.NettyChannelBuilder;
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
    private GrpcOptions() {}

    static void keep(String target, NettyChannelBuilder builder, ClientKeeper keeper) {
        if (keeper.precedence() == Precedence.OBSERVE) {
            keeper.left(target + ": the precedence is OBSERVE, and gRPC's options can't be observed");
            return;
        }
        KeepAlive policy = keeper.policy();
        builder.withOption(ChannelOption.SO_KEEPALIVE, policy.isOn());
        boolean epoll = ClassUtils.isPresent("io.netty.channel.epoll.Epoll", GrpcOptions.class.getClassLoader())
                && Epoll.isAvailable();
        if (epoll) {
            ofEpoll(policy, builder);
        } else {
            ofNio(policy, builder);
            policy.userTimeout()
                    .ifPresent(timeout -> keeper.left(target + ": the user timeout, which only epoll has an option for"
                            + " (what to do: put netty-transport-native-epoll on the class path)"));
        }
        keeper.kept("channel to " + target + (epoll ? " (epoll)" : " (NIO)"));
    }

    private static void ofEpoll(KeepAlive policy, NettyChannelBuilder builder) {
        policy.idle().ifPresent(idle -> builder.withOption(EpollChannelOption.TCP_KEEPIDLE, seconds(idle)));
        policy.interval().ifPresent(time -> builder.withOption(EpollChannelOption.TCP_KEEPINTVL, seconds(time)));
        policy.count().ifPresent(count -> builder.withOption(EpollChannelOption.TCP_KEEPCNT, count));
        policy.userTimeout()
                .ifPresent(timeout ->
                        builder.withOption(EpollChannelOption.TCP_USER_TIMEOUT, Math.toIntExact(timeout.toMillis())));
    }

    private static void ofNio(KeepAlive policy, NettyChannelBuilder builder) {
        policy.idle()
                .ifPresent(idle ->
                        builder.withOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), seconds(idle)));
        policy.interval()
                .ifPresent(time ->
                        builder.withOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), seconds(time)));
        policy.count()
                .ifPresent(
                        count -> builder.withOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), count));
    }

    private static int seconds(Duration duration) {
        return Math.toIntExact(duration.plusNanos(999_999_999).toSeconds());
    }
}
