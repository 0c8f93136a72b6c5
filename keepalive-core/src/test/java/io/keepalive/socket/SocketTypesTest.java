package io.keepalive.socket;

import static io.keepalive.KeepAliveOption.SO_KEEPALIVE;
import static io.keepalive.KeepAliveOption.TCP_KEEPCNT;
import static io.keepalive.KeepAliveOption.TCP_KEEPIDLE;
import static io.keepalive.KeepAliveOption.TCP_KEEPINTVL;
import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every TCP type of the JDK, on the real operating system. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the expected values and ranges are those of Linux")
class SocketTypesTest {
    /** A method of the keeper. */
    interface Verb {
        KeepAliveReport on(SocketKeeper keeper) throws IOException;
    }

    /** A socket of any type, with the methods that the keeper has for it. */
    record Subject(
            Closeable socket, Verb keeping, Verb setting, Supplier<KeepAliveReport> inspecting, boolean isListener)
            implements Closeable {

        static Subject of(Socket socket) {
            return new Subject(
                    socket,
                    keeper -> keeper.keep(socket),
                    keeper -> keeper.set(socket),
                    () -> KeepAliveReport.inspect(socket),
                    false);
        }

        static Subject of(ServerSocket socket) {
            return new Subject(
                    socket,
                    keeper -> keeper.keep(socket),
                    keeper -> keeper.set(socket),
                    () -> KeepAliveReport.inspect(socket),
                    true);
        }

        static Subject of(NetworkChannel channel, boolean listener) {
            return new Subject(
                    channel,
                    keeper -> keeper.keep(channel),
                    keeper -> keeper.set(channel),
                    () -> KeepAliveReport.inspect(channel),
                    listener);
        }

        KeepAliveReport keep(String policy, Precedence precedence) throws IOException {
            return keeping.on(SocketKeeper.of(KeepAlive.parse(policy)).precedence(precedence));
        }

        KeepAliveReport set(String policy) throws IOException {
            return setting.on(SocketKeeper.of(KeepAlive.parse(policy)));
        }

        KeepAliveReport inspect() {
            return inspecting.get();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    enum Type {
        SOCKET {
            @Override
            Subject open() {
                return Subject.of(new Socket());
            }
        },
        SSL_SOCKET {
            @Override
            Subject open() throws IOException {
                return Subject.of(SSLSocketFactory.getDefault().createSocket());
            }
        },
        SOCKET_CHANNEL {
            @Override
            Subject open() throws IOException {
                return Subject.of(SocketChannel.open(), false);
            }
        },
        SOCKET_CHANNEL_ADAPTOR {
            @Override
            Subject open() throws IOException {
                return Subject.of(SocketChannel.open().socket());
            }
        },
        ASYNCHRONOUS_SOCKET_CHANNEL {
            @Override
            Subject open() throws IOException {
                return Subject.of(AsynchronousSocketChannel.open(), false);
            }
        },
        SERVER_SOCKET {
            @Override
            Subject open() throws IOException {
                return Subject.of(new ServerSocket());
            }
        },
        SSL_SERVER_SOCKET {
            @Override
            Subject open() throws IOException {
                return Subject.of(SSLServerSocketFactory.getDefault().createServerSocket());
            }
        },
        SERVER_SOCKET_CHANNEL {
            @Override
            Subject open() throws IOException {
                return Subject.of(ServerSocketChannel.open(), true);
            }
        },
        ASYNCHRONOUS_SERVER_SOCKET_CHANNEL {
            @Override
            Subject open() throws IOException {
                return Subject.of(AsynchronousServerSocketChannel.open(), true);
            }
        };

        abstract Subject open() throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void apply_requestedIsReadBack(Type type) throws IOException {
        try (Subject subject = type.open()) {
            KeepAliveReport report = subject.keep("idle=11s,interval=3s,count=4", Precedence.ENFORCE);

            assertHolds(report, 11, 3, 4);
            assertHolds(subject.inspect(), 11, 3, 4);
            assertThat(report.isComplete()).as(report.toString()).isTrue();
            if (subject.isListener()) {
                assertThat(report.entry(SO_KEEPALIVE).outcome()).isEqualTo(Outcome.ON_ACCEPT);
                assertThat(report.effective()).isEmpty();
            } else {
                assertThat(report.entry(SO_KEEPALIVE).outcome()).isEqualTo(Outcome.APPLIED);
                assertThat(report.effective()).contains(KeepAlive.parse("idle=11s,interval=3s,count=4"));
                assertThat(report.detectionTime()).contains(Duration.ofSeconds(23));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void set_isReadBackToo(Type type) throws IOException {
        try (Subject subject = type.open()) {
            KeepAliveReport report = subject.set("idle=12s,interval=4s,count=5");

            assertThat(report.entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.SET);
            assertThat(report.isComplete()).isTrue();
            assertHolds(subject.inspect(), 12, 4, 5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void apply_theLargestValuesThatLinuxTakes(Type type) throws IOException {
        try (Subject subject = type.open()) {
            KeepAliveReport report = subject.keep("idle=32767s,interval=32767s,count=127", Precedence.ENFORCE);

            assertHolds(report, 32767, 32767, 127);
            assertThat(report.isComplete()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void apply_oneBeyondLinuxsRange_isRejectedAndChangesNothing(Type type) throws IOException {
        try (Subject subject = type.open()) {
            KeepAliveReport before = subject.inspect();
            KeepAliveReport report = subject.keep("idle=32768s,interval=32768s,count=128", Precedence.ENFORCE);

            for (KeepAliveOption option : new KeepAliveOption[] {TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT}) {
                KeepAliveReport.Entry entry = report.entry(option);
                assertThat(entry.outcome()).as(entry.toString()).isEqualTo(Outcome.REJECTED);
                assertThat(entry.effective()).isEqualTo(before.entry(option).effective());
                assertThat(entry.advice()).contains("range").contains("on Linux");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void apply_halfASecond_isRoundedUpToOne(Type type) throws IOException {
        try (Subject subject = type.open()) {
            KeepAliveReport report = subject.keep("idle=500ms,interval=500ms", Precedence.ENFORCE);

            assertThat(report.entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.ROUNDED);
            assertThat(report.entry(TCP_KEEPIDLE).effective()).hasValue(1);
            assertThat(report.entry(TCP_KEEPINTVL).outcome()).isEqualTo(Outcome.ROUNDED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void off_switchesOffAndTouchesNothingElse(Type type) throws IOException {
        try (Subject subject = type.open()) {
            subject.keep("defaults", Precedence.ENFORCE);
            KeepAliveReport report = subject.keep("off", Precedence.ENFORCE);

            assertHolds(report, 30, 5, 6);
            assertThat(report.entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.NOT_REQUESTED);
            if (!subject.isListener()) {
                assertThat(report.effective()).contains(KeepAlive.off());
                assertThat(report.detectionTime()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closed_isClosed(Type type) throws IOException {
        Subject subject = type.open();
        subject.close();

        for (KeepAliveReport report : new KeepAliveReport[] {
            subject.keep("defaults", Precedence.ENFORCE), subject.set("defaults"), subject.inspect()
        }) {
            assertThat(report.entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.CLOSED);
            assertThat(report.entry(SO_KEEPALIVE).outcome()).isEqualTo(Outcome.CLOSED);
            assertThat(report.isComplete()).isFalse();
            assertThat(report.effective()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void respect_changesOnlyWhatIsAtTheDefault(Type type) throws IOException {
        try (Subject subject = type.open()) {
            subject.keep("idle=500s", Precedence.ENFORCE);
            KeepAliveReport report = subject.keep("idle=11s,interval=3s", Precedence.RESPECT);

            assertThat(report.entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.UNCHANGED);
            assertThat(report.entry(TCP_KEEPIDLE).effective()).hasValue(500);
            assertThat(report.entry(TCP_KEEPINTVL).outcome()).isEqualTo(Outcome.APPLIED);
        }
    }

    @Test
    void unixDomainAndDatagramChannels_areUnsupported() throws IOException {
        try (NetworkChannel unix = SocketChannel.open(StandardProtocolFamily.UNIX);
                NetworkChannel unixListener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                NetworkChannel datagram = DatagramChannel.open()) {
            for (NetworkChannel channel : new NetworkChannel[] {unix, unixListener, datagram}) {
                KeepAliveReport report = SocketKeeper.of(KeepAlive.defaults()).keep(channel);
                for (KeepAliveOption option :
                        new KeepAliveOption[] {SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT}) {
                    assertThat(report.entry(option).outcome())
                            .as(report.toString())
                            .isEqualTo(Outcome.UNSUPPORTED);
                    assertThat(report.entry(option).advice()).startsWith("not a TCP socket");
                }
            }
        }
    }

    private static void assertHolds(KeepAliveReport report, int idle, int interval, int count) {
        assertThat(report.entry(TCP_KEEPIDLE).effective()).as(report.toString()).hasValue(idle);
        assertThat(report.entry(TCP_KEEPINTVL).effective())
                .as(report.toString())
                .hasValue(interval);
        assertThat(report.entry(TCP_KEEPCNT).effective()).as(report.toString()).hasValue(count);
    }
}
