package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.Outcome;
import io.keepalive.socket.SocketKeeper;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The mapping only: no kqueue was ever under this test. */
class KQueueTableTest {
    @ParameterizedTest
    @CsvSource({
        "Mac OS X, TCP_KEEPIDLE,  0x10",
        "Mac OS X, TCP_KEEPINTVL, 0x101",
        "Mac OS X, TCP_KEEPCNT,   0x102",
        "FreeBSD,  TCP_KEEPIDLE,  0x100",
        "FreeBSD,  TCP_KEEPINTVL, 0x200",
        "FreeBSD,  TCP_KEEPCNT,   0x400",
    })
    void numbers_areThoseOfTheHeaders(String osName, KeepAliveOption option, String number) throws Exception {
        assertThat(KQueueTable.of(osName).options().get(option))
                .isInstanceOfSatisfying(IntegerUnixChannelOption.class, raw -> {
                    assertThat(raw.level()).as("IPPROTO_TCP").isEqualTo(6);
                    assertThat(raw.optname()).isEqualTo(Integer.decode(number));
                });
    }

    @Test
    void policy_isSetByNumber_theUserTimeoutIsUnsupported() throws Exception {
        Raw channel = new Raw();

        KeepAliveReport report = SocketKeeper.of(KeepAlive.parse("idle=47s,interval=7s,count=4,user-timeout=9s"))
                .keep(new NettyOptions(channel, KQueueTable.of("Mac OS X")));

        assertThat(channel.values).isEqualTo(Map.of("SO_KEEPALIVE", 1, "6/16", 47, "6/257", 7, "6/258", 4));
        assertThat(report.entry(KeepAliveOption.TCP_KEEPCNT).outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(report.entry(KeepAliveOption.TCP_USER_TIMEOUT))
                .asString()
                .contains("UNSUPPORTED", "TCP_RXT_CONNDROPTIME");
        channel.finish();
    }

    @Test
    void otherSystems_haveOnAndOffOnly() throws Exception {
        Raw channel = new Raw();

        KeepAliveReport report =
                SocketKeeper.of(KeepAlive.defaults()).keep(new NettyOptions(channel, KQueueTable.of("OpenBSD")));

        assertThat(channel.values).isEqualTo(Map.of("SO_KEEPALIVE", 1));
        assertThat(report.entry(KeepAliveOption.TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.UNSUPPORTED);
        channel.finish();
    }

    /** A channel that takes raw options, as a kqueue channel's configuration does. */
    private static final class Raw extends EmbeddedChannel {
        final Map<String, Integer> values = new HashMap<>();

        @Override
        public ChannelConfig config() {
            return new DefaultChannelConfig(this) {
                @Override
                @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
                public <T> T getOption(ChannelOption<T> option) {
                    if (option.equals(ChannelOption.SO_KEEPALIVE)) {
                        return (T) Boolean.valueOf(values.getOrDefault("SO_KEEPALIVE", 0) != 0);
                    }
                    return option instanceof IntegerUnixChannelOption raw
                            ? (T) values.getOrDefault(raw.level() + "/" + raw.optname(), 0)
                            : super.getOption(option);
                }

                @Override
                public <T> boolean setOption(ChannelOption<T> option, T value) {
                    if (option.equals(ChannelOption.SO_KEEPALIVE)) {
                        values.put("SO_KEEPALIVE", Boolean.TRUE.equals(value) ? 1 : 0);
                        return true;
                    }
                    if (option instanceof IntegerUnixChannelOption raw) {
                        values.put(raw.level() + "/" + raw.optname(), (Integer) value);
                        return true;
                    }
                    return super.setOption(option, value);
                }
            };
        }
    }
}
