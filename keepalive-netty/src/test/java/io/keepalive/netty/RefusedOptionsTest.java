package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.Outcome;
import io.keepalive.socket.Precedence;
import io.keepalive.testing.RefusedOptions;
import io.keepalive.testing.RefusedOptions.Call;
import io.keepalive.testing.RefusedOptions.Errno;
import io.keepalive.testing.RefusedOptions.Option;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel itself refuses one option or two, in each call and with each error: the others are applied on every transport. */
@EnabledIf("io.keepalive.testing.RefusedOptions#isPossible")
@Timeout(120)
class RefusedOptionsTest {
    private static final KeepAlive POLICY = KeepAlive.parse("idle=120s,interval=30s,count=8,user-timeout=345s");
    private static final List<Errno> ERRORS = List.of(Errno.values());
    private static final ChannelKeeper KEEPER = ChannelKeeper.of(POLICY).precedence(Precedence.ENFORCE);

    static List<Transport> transports() {
        return Transport.here();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void keep_kernelRefusesBeforeConnect_othersAreApplied(Transport transport) throws Exception {
        boolean hasUserTimeout = hasUserTimeout(transport);
        for (Errno errno : Errno.values()) {
            for (Set<Call> calls : Call.choices()) {
                for (Set<Option> refused : Option.oneOrTwo()) {
                    Channel channel = transport.client.getConstructor().newInstance();
                    KeepAliveReport[] report = new KeepAliveReport[1];
                    RefusedOptions.during(
                            calls,
                            refused,
                            errno,
                            () -> report[0] = KEEPER.keep(channel).getNow());
                    check(report[0], errno, calls, refused, hasUserTimeout);
                    channel.unsafe().closeForcibly();
                }
            }
        }
    }

    /** An error for each pair of options: a loop for each trial takes its time. */
    @ParameterizedTest
    @MethodSource("transports")
    void keep_kernelRefusesOnceConnected_othersAreApplied(Transport transport) throws Exception {
        boolean hasUserTimeout = hasUserTimeout(transport);
        int trial = 0;
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            for (Set<Option> refused : Option.oneOrTwo()) {
                Errno errno = ERRORS.get(trial % ERRORS.size());
                Set<Call> calls = Call.choices().get(trial++ / ERRORS.size() % 3);
                KeepAliveReport[] report = new KeepAliveReport[1];
                RefusedOptions.during(calls, refused, errno, () -> report[0] = keepConnected(transport, server));
                check(report[0], errno, calls, refused, hasUserTimeout);
            }
        }
    }

    /** The loop's thread is started by this one, and so is refused the same. */
    private static KeepAliveReport keepConnected(Transport transport, ServerSocket server) throws Exception {
        EventLoopGroup group = transport.group(1);
        try {
            Channel channel = new Bootstrap()
                    .group(group)
                    .channel(transport.client)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(server.getLocalSocketAddress())
                    .sync()
                    .channel();
            try (Socket accepted = server.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                return KEEPER.keep(channel).sync().getNow();
            }
        } finally {
            Transport.shutDown(group);
        }
    }

    private static boolean hasUserTimeout(Transport transport) throws Exception {
        Channel channel = transport.client.getConstructor().newInstance();
        boolean isComplete = KEEPER.keep(channel).getNow().isComplete();
        channel.unsafe().closeForcibly();
        return isComplete;
    }

    private static void check(
            KeepAliveReport report, Errno errno, Set<Call> calls, Set<Option> refused, boolean hasUserTimeout) {
        for (KeepAliveReport.Entry entry : report.entries()) {
            boolean isMissing = entry.option() == KeepAliveOption.TCP_USER_TIMEOUT && !hasUserTimeout;
            boolean isRefused = refused.contains(Option.valueOf(entry.option().name()));
            assertThat(entry.outcome())
                    .as(errno + " " + calls + " of " + refused + ": " + report)
                    .isEqualTo(expected(isMissing, isRefused, calls));
        }
    }

    private static Outcome expected(boolean isMissing, boolean isRefused, Set<Call> calls) {
        if (isMissing || (isRefused && calls.contains(Call.SET))) {
            return Outcome.UNSUPPORTED;
        }
        return isRefused ? Outcome.OVERRIDDEN : Outcome.APPLIED;
    }
}
