package io.keepalive.netty;

import io.keepalive.loss.Liveness;
import io.keepalive.loss.TcpInfo;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a channel's connection works, from what the kernel knows about it already: {@link Liveness} for Netty, on each
 * transport by its own means. Nothing is sent.
 *
 * <table>
 * <caption>Transports</caption>
 * <tr><th>Transport</th><th>Evidence</th></tr>
 * <tr><td>NIO</td><td>as {@link Liveness#of(java.nio.channels.NetworkChannel, Duration)}</td></tr>
 * <tr><td>epoll, io_uring</td><td>{@code TCP_INFO} by Netty, on every JDK</td></tr>
 * <tr><td>others</td><td>none: {@link Liveness.Verdict#UNKNOWN}</td></tr>
 * </table>
 *
 * @since 0.1
 */
public final class ChannelLiveness {
    private ChannelLiveness() {}

    /**
     * Looks at a channel. May be called by any thread.
     *
     * @param within how long ago the last sign of life may be; more than 0
     */
    public static Liveness of(Channel channel, Duration within) {
        return channel.isOpen()
                ? Transports.liveness(channel, within)
                : new Liveness(Liveness.Verdict.ENDED, "this side has closed it");
    }

    /**
     * What the kernel knows about a channel's connection. May be called by any thread.
     *
     * @return empty where the kernel can't be asked
     */
    public static Optional<TcpInfo> tcpInfo(Channel channel) {
        return Transports.tcpInfo(channel);
    }
}
