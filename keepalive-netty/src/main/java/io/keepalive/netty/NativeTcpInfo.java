package io.keepalive.netty;

import io.keepalive.loss.TcpInfo;
import io.netty.channel.Channel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;

/**
 * {@code TCP_INFO} of Netty's own Linux transports, as the kernel writes it; their {@code tcpInfo()} ends before the
 * acknowledged bytes. To be touched only where their classes are.
 */
final class NativeTcpInfo {
    /** IPPROTO_TCP and TCP_INFO of linux/tcp.h, up to and with {@code tcpi_bytes_acked} (Linux 4.1). */
    private static final RawUnixChannelOption OPTION = new RawUnixChannelOption("TCP_INFO", 6, 11, 128);

    private NativeTcpInfo() {}

    /**
     * Asks the kernel.
     *
     * @throws io.netty.channel.ChannelException if it can't be asked, as on a closed channel
     */
    static TcpInfo of(Channel channel) {
        ByteBuffer raw = channel.config().getOption(OPTION);
        byte[] bytes = new byte[raw.remaining()];
        raw.get(bytes);
        return new TcpInfo(bytes);
    }
}
