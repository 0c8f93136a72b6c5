package io.keepalive.netty;

import io.keepalive.KeepAliveOption;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.util.Locale;
import java.util.Map;

/**
 * The options of kqueue, for which Netty has no names, by the numbers of the systems that have kqueue. To be touched only
 * where its classes are.
 *
 * <p>Never run by us: the numbers are those of the headers below.
 *
 * @see <a href="https://github.com/apple-oss-distributions/xnu/blob/main/bsd/netinet/tcp.h">macOS</a>
 * @see <a href="https://github.com/freebsd/freebsd-src/blob/main/sys/netinet/tcp.h">FreeBSD</a>
 */
final class KQueueTable {
    static final OptionTable TABLE = of(System.getProperty("os.name", ""));

    private static final int IPPROTO_TCP = 6;

    private KQueueTable() {}

    static boolean isFor(Channel channel) {
        return channel instanceof KQueueSocketChannel;
    }

    static OptionTable of(String osName) {
        String name = osName.toLowerCase(Locale.ROOT);
        if (name.startsWith("mac")) {
            // TCP_KEEPALIVE is what others call TCP_KEEPIDLE.
            return new OptionTable(
                    options("TCP_KEEPALIVE", 0x10, 0x101, 0x102),
                    "macOS has TCP_RXT_CONNDROPTIME, in whole seconds, which this library does not set");
        }
        if (name.startsWith("freebsd")) {
            return new OptionTable(options("TCP_KEEPIDLE", 256, 512, 1024), "FreeBSD has no such option");
        }
        return new OptionTable(
                Map.of(),
                "not known on this system; set it for the whole system, as OsAdvice tells where it knows how");
    }

    private static Map<KeepAliveOption, ChannelOption<Integer>> options(
            String idleName, int idle, int interval, int count) {
        return Map.of(
                KeepAliveOption.TCP_KEEPIDLE, new IntegerUnixChannelOption(idleName, IPPROTO_TCP, idle),
                KeepAliveOption.TCP_KEEPINTVL, new IntegerUnixChannelOption("TCP_KEEPINTVL", IPPROTO_TCP, interval),
                KeepAliveOption.TCP_KEEPCNT, new IntegerUnixChannelOption("TCP_KEEPCNT", IPPROTO_TCP, count));
    }
}
