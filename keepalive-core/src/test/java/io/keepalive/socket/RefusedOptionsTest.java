package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.testing.RefusedOptions;
import io.keepalive.testing.RefusedOptions.Call;
import io.keepalive.testing.RefusedOptions.Errno;
import io.keepalive.testing.RefusedOptions.Option;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The kernel itself refuses one option or two, in each call and with each error: the others are applied, as an unaffected thread sees
 * from outside, and the report names what was refused.
 */
@EnabledIf("io.keepalive.testing.RefusedOptions#isPossible")
@Timeout(120)
class RefusedOptionsTest {
    private static final KeepAlive POLICY = KeepAlive.parse("idle=120s,interval=30s,count=8,user-timeout=345s");
    private static final SocketKeeper KEEPER = SocketKeeper.of(POLICY).precedence(Precedence.ENFORCE);

    private ServerSocket server;

    /** Since when the kernel refuses, and what is kept. */
    enum Moment {
        BEFORE_CONNECT {
            @Override
            void run(Trial trial, ServerSocket server) throws Exception {
                try (Socket socket = new Socket()) {
                    trial.run(socket, false);
                    socket.connect(server.getLocalSocketAddress());
                    server.accept().close();
                }
            }
        },
        CHANNEL_BEFORE_CONNECT {
            @Override
            void run(Trial trial, ServerSocket server) throws Exception {
                try (SocketChannel channel = SocketChannel.open()) {
                    trial.run(channel.socket(), false);
                }
            }
        },
        AFTER_CONNECT {
            @Override
            void run(Trial trial, ServerSocket server) throws Exception {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
                        Socket accepted = server.accept()) {
                    trial.run(socket, false);
                    trial.run(accepted, false);
                }
            }
        },
        /** The policy was applied before, as in a process that locks itself in later. */
        LATER {
            @Override
            void run(Trial trial, ServerSocket server) throws Exception {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
                        Socket accepted = server.accept()) {
                    KEEPER.keep(socket);
                    trial.run(socket, true);
                    assertThat(accepted.isClosed()).isFalse();
                }
            }
        };

        abstract void run(Trial trial, ServerSocket server) throws Exception;
    }

    private interface Trial {
        void run(Socket socket, boolean isHeldAlready) throws Exception;
    }

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void keep_kernelRefusesOneOptionOrTwo_othersAreApplied(Moment moment) throws Exception {
        boolean hasUserTimeout;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            hasUserTimeout = KEEPER.keep(socket).isComplete();
            assertThat(accepted.isConnected()).isTrue();
        }
        for (Errno errno : Errno.values()) {
            for (Set<Call> calls : Call.choices()) {
                for (Set<Option> refused : Option.oneOrTwo()) {
                    moment.run((socket, held) -> check(socket, held, errno, calls, refused, hasUserTimeout), server);
                }
            }
        }
    }

    /** As on macOS, where a setter fails with EINVAL once the peer has reset the connection. */
    @Test
    void accept_peerHasResetAndEverySetterFails_returnsTheSocket_andReportsItClosed() throws Exception {
        List<KeepAliveReport> reports = new ArrayList<>();
        try (ServerSocket kept = SocketKeeper.of(POLICY)
                .onReport(reports::add)
                .server()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            reports.clear();
            RefusedOptions.during(EnumSet.of(Call.SET), EnumSet.allOf(Option.class), Errno.EINVAL, () -> {
                for (int i = 0; i < 3; i++) {
                    Socket client = new Socket(InetAddress.getLoopbackAddress(), kept.getLocalPort());
                    client.setSoLinger(true, 0);
                    client.close();
                    assertThat(kept.accept()).isNotNull();
                }
            });
        }

        assertThat(reports).hasSize(3);
        assertThat(reports)
                .allSatisfy(report -> assertThat(
                                report.entry(KeepAliveOption.SO_KEEPALIVE).outcome())
                        .as(report.toString())
                        .isEqualTo(Outcome.CLOSED));
    }

    private static void check(
            Socket socket,
            boolean isHeldAlready,
            Errno errno,
            Set<Call> calls,
            Set<Option> refused,
            boolean hasUserTimeout)
            throws Exception {
        KeepAliveReport[] report = new KeepAliveReport[1];
        RefusedOptions.during(calls, refused, errno, () -> report[0] = KEEPER.keep(socket));

        KeepAliveReport outside = KeepAliveReport.inspect(socket);
        for (KeepAliveReport.Entry entry : report[0].entries()) {
            KeepAliveOption option = entry.option();
            boolean isMissing = option == KeepAliveOption.TCP_USER_TIMEOUT && !hasUserTimeout;
            boolean isRefused = refused.contains(Option.valueOf(option.name()));
            String as = errno + " " + calls + " of " + refused + ": " + report[0];
            assertThat(entry.outcome()).as(as).isEqualTo(expected(isMissing, isRefused, calls));
            if (!isMissing && (!isRefused || !calls.contains(Call.SET) || isHeldAlready)) {
                assertThat(outside.entry(option).effective()).as(as).hasValue(value(option));
            }
        }
    }

    private static Outcome expected(boolean isMissing, boolean isRefused, Set<Call> calls) {
        if (isMissing || (isRefused && calls.contains(Call.SET))) {
            return Outcome.UNSUPPORTED;
        }
        return isRefused ? Outcome.OVERRIDDEN : Outcome.APPLIED;
    }

    private static long value(KeepAliveOption option) {
        return switch (option) {
            case SO_KEEPALIVE -> 1;
            case TCP_KEEPIDLE -> 120;
            case TCP_KEEPINTVL -> 30;
            case TCP_KEEPCNT -> 8;
            case TCP_USER_TIMEOUT -> 345_000;
        };
    }
}
