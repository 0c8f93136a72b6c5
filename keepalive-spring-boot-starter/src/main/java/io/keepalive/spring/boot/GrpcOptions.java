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
import java.util.Optional;
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
            if (policy.userTimeout().isPresent()) {
                keeper.left(what + ": the user timeout, which only epoll has an option for"
                        + " (what to do: put netty-transport-native-epoll on the class path)");
            }
        }
        keeper.kept(what + (epoll ? " (epoll)" : " (NIO)"));
    }

    private static void setEpoll(KeepAlive policy, Options options) {
        setSeconds(policy.idle(), EpollChannelOption.TCP_KEEPIDLE, options);
        setSeconds(policy.interval(), EpollChannelOption.TCP_KEEPINTVL, options);
        setCount(policy, EpollChannelOption.TCP_KEEPCNT, options);
        if (policy.userTimeout().isPresent()) {
            long millis = policy.userTimeout().get().toMillis();
            options.set(EpollChannelOption.TCP_USER_TIMEOUT, Math.toIntExact(millis));
        }
    }

    private static void setNio(KeepAlive policy, Options options) {
        setSeconds(policy.idle(), NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), options);
        setSeconds(policy.interval(), NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), options);
        setCount(policy, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), options);
    }

    private static void setSeconds(Optional<Duration> time, ChannelOption<Integer> option, Options options) {
        if (time.isPresent()) {
            options.set(
                    option, Math.toIntExact(time.get().plusNanos(999_999_999).toSeconds()));
        }
    }

    private static void setCount(KeepAlive policy, ChannelOption<Integer> option, Options options) {
        if (policy.count().isPresent()) {
            options.set(option, policy.count().getAsInt());
        }
    }
}
