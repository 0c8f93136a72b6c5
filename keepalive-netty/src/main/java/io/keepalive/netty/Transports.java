package io.keepalive.netty;

import io.keepalive.loss.Liveness;
import io.keepalive.loss.TcpInfo;
import io.keepalive.socket.KeepAliveException;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.SocketKeeper;
import io.keepalive.socket.SocketOptions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.AbstractNioChannel;
import java.nio.channels.NetworkChannel;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the way to a channel's options by what the channel is, not by which transports are on the class path. */
final class Transports {
    private static final boolean EPOLL = isPresent("io.netty.channel.epoll.EpollSocketChannel");
    private static final boolean IO_URING = isPresent("io.netty.channel.uring.IoUringSocketChannel");
    private static final boolean KQUEUE = isPresent("io.netty.channel.kqueue.KQueueSocketChannel");

    private Transports() {}

    static KeepAliveReport apply(SocketKeeper keeper, Channel channel) throws KeepAliveException {
        NetworkChannel jdkChannel = jdkChannel(channel);
        return jdkChannel != null ? keeper.keep(jdkChannel) : keeper.keep(optionsOf(channel));
    }

    /** What the kernel knows about a connection; its channel is open. */
    static Liveness liveness(Channel channel, Duration within) {
        NetworkChannel jdkChannel = jdkChannel(channel);
        if (jdkChannel != null) {
            return Liveness.of(jdkChannel, within);
        }
        if (!isNative(channel)) {
            return unknown("the transport of " + channel.getClass().getSimpleName() + " has no TCP_INFO");
        }
        try {
            return Liveness.of(NativeTcpInfo.of(channel), within);
        } catch (ChannelException e) {
            return channel.isOpen()
                    ? unknown(String.valueOf(e.getCause()))
                    : new Liveness(Liveness.Verdict.ENDED, "this side has closed it");
        }
    }

    /** Empty where the kernel can't be asked. */
    static Optional<TcpInfo> tcpInfo(Channel channel) {
        NetworkChannel jdkChannel = jdkChannel(channel);
        if (jdkChannel != null) {
            return TcpInfo.of(jdkChannel);
        }
        try {
            return isNative(channel) ? Optional.of(NativeTcpInfo.of(channel)) : Optional.empty();
        } catch (ChannelException e) {
            return Optional.empty(); // closed meanwhile
        }
    }

    private static boolean isNative(Channel channel) {
        return (EPOLL && EpollTable.isFor(channel)) || (IO_URING && IoUringTable.isFor(channel));
    }

    private static Liveness unknown(String why) {
        return new Liveness(Liveness.Verdict.UNKNOWN, why);
    }

    /** Below NIO channels; core reaches everything on it, the user timeout too. */
    private static @Nullable NetworkChannel jdkChannel(Channel channel) {
        return !(channel instanceof ServerChannel)
                        && channel instanceof AbstractNioChannel nio
                        && nio.unsafe().ch() instanceof NetworkChannel jdkChannel
                ? jdkChannel
                : null;
    }

    private static SocketOptions optionsOf(Channel channel) {
        if (channel instanceof ServerChannel) {
            return new NoOptions(channel, "set on each accepted channel");
        }
        OptionTable table = tableOf(channel);
        return table != null
                ? new NettyOptions(channel, table)
                : new NoOptions(channel, "not a TCP channel of a transport with keepalive options");
    }

    private static @Nullable OptionTable tableOf(Channel channel) {
        if (EPOLL && EpollTable.isFor(channel)) {
            return EpollTable.TABLE;
        }
        if (IO_URING && IoUringTable.isFor(channel)) {
            return IoUringTable.TABLE;
        }
        return KQUEUE && KQueueTable.isFor(channel) ? KQueueTable.TABLE : null;
    }

    private static boolean isPresent(String name) {
        try {
            Class.forName(name, false, Transports.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
