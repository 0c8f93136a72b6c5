package io.keepalive.socket;

import static io.keepalive.KeepAliveOption.SO_KEEPALIVE;
import static io.keepalive.KeepAliveOption.TCP_KEEPCNT;
import static io.keepalive.KeepAliveOption.TCP_KEEPIDLE;
import static io.keepalive.KeepAliveOption.TCP_KEEPINTVL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a program does to the options of a factory's socket after it got it. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the expected values are those of Linux")
class LaterCallsTest {
    private static final KeepAlive POLICY = KeepAlive.parse("idle=30s,interval=5s,count=6");

    private final List<KeepAliveReport> reports = new ArrayList<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        System.clearProperty("keepalive.disabled");
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        // a call that makes the connection laxer than the policy
        "TIGHTEN, setKeepAlive, 0,    1, UNCHANGED",
        "ENFORCE, setKeepAlive, 0,    1, UNCHANGED",
        "RESPECT, setKeepAlive, 0,    0, OVERRIDDEN",
        "OBSERVE, setKeepAlive, 0,    0, OBSERVED",
        "TIGHTEN, SO_KEEPALIVE, 0,    1, UNCHANGED",
        "TIGHTEN, TCP_KEEPIDLE, 7200, 30, UNCHANGED",
        "ENFORCE, TCP_KEEPIDLE, 7200, 30, UNCHANGED",
        "RESPECT, TCP_KEEPIDLE, 7200, 7200, OVERRIDDEN",
        "OBSERVE, TCP_KEEPIDLE, 7200, 7200, OBSERVED",
        // one that makes it stricter
        "TIGHTEN, TCP_KEEPIDLE, 10,   10, UNCHANGED",
        "ENFORCE, TCP_KEEPIDLE, 10,   30, UNCHANGED",
        "RESPECT, TCP_KEEPIDLE, 10,   10, UNCHANGED",
        "OBSERVE, TCP_KEEPIDLE, 10,   10, UNCHANGED",
        "TIGHTEN, TCP_KEEPINTERVAL, 6, 5, UNCHANGED",
        "TIGHTEN, TCP_KEEPCOUNT, 5,   5, UNCHANGED",
    })
    void anotherValue_isJudgedByThePrecedence_alsoThroughTls(
            Precedence precedence, String call, int value, int effective, Outcome outcome) throws Exception {
        SocketFactory factory = SocketKeeper.of(POLICY)
                .precedence(precedence)
                .onReport(reports::add)
                .socketFactory();
        try (Socket plain = factory.createSocket("localhost", server.getLocalPort());
                Socket below = factory.createSocket("localhost", server.getLocalPort());
                Socket tls = ((SSLSocketFactory) SSLSocketFactory.getDefault())
                        .createSocket(below, "localhost", server.getLocalPort(), true)) {
            for (Socket socket : List.of(plain, tls)) {
                reports.clear();

                KeepAliveOption option = call(socket, call, value);

                assertThat(KeepAliveReport.inspect(socket).entry(option).effective())
                        .hasValue(effective);
                assertThat(reports).singleElement().satisfies(report -> {
                    KeepAliveReport.Entry entry = report.entry(option);
                    assertThat(entry.outcome()).isEqualTo(outcome);
                    assertThat(entry.effective()).hasValue(effective);
                    assertThat(entry.requested()).isPresent();
                    assertThat(entry.advice()).contains("the program's ", call, "precedence " + precedence);
                });
            }
        }
    }

    private static KeepAliveOption call(Socket socket, String call, int value) throws IOException {
        switch (call) {
            case "setKeepAlive" -> socket.setKeepAlive(value != 0);
            case "SO_KEEPALIVE" -> socket.setOption(StandardSocketOptions.SO_KEEPALIVE, value != 0);
            case "TCP_KEEPIDLE" -> socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, value);
            case "TCP_KEEPINTERVAL" -> socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, value);
            case "TCP_KEEPCOUNT" -> socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, value);
            default -> throw new IllegalArgumentException(call);
        }
        return switch (call) {
            case "TCP_KEEPIDLE" -> TCP_KEEPIDLE;
            case "TCP_KEEPINTERVAL" -> TCP_KEEPINTVL;
            case "TCP_KEEPCOUNT" -> TCP_KEEPCNT;
            default -> SO_KEEPALIVE;
        };
    }

    @Test
    void report_showsEveryOptionOfASocket() throws IOException {
        try (Socket socket = SocketKeeper.of(POLICY)
                .precedence(Precedence.TIGHTEN)
                .onReport(reports::add)
                .socketFactory()
                .createSocket()) {
            socket.setKeepAlive(false);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 10);

            assertThat(reports).hasSize(3);
            assertThat(reports.get(0).effective()).contains(POLICY);
            assertThat(reports.get(2))
                    .hasToString("Socket[SO_KEEPALIVE on UNCHANGED (the program's setKeepAlive(false) was refused:"
                            + " precedence TIGHTEN), TCP_KEEPIDLE 10s UNCHANGED (requested 30s; the program's"
                            + " setOption(TCP_KEEPIDLE, 10) was let through: precedence TIGHTEN),"
                            + " TCP_KEEPINTVL 5s APPLIED, TCP_KEEPCNT 6 APPLIED]");
            assertThat(reports.get(2).isComplete()).isTrue();
        }
    }

    @Test
    void valueOfThePolicy_isNoNews_unlessItComesBack() throws IOException {
        try (Socket socket = SocketKeeper.of(POLICY)
                .precedence(Precedence.RESPECT)
                .onReport(reports::add)
                .socketFactory()
                .createSocket()) {
            socket.setKeepAlive(true);
            assertThat(reports).hasSize(1);

            socket.setKeepAlive(false);
            assertThat(reports).hasSize(2);
            assertThat(reports.get(1).isComplete()).isFalse();

            socket.setKeepAlive(true);
            assertThat(reports).hasSize(3);
            assertThat(reports.get(2).entry(SO_KEEPALIVE).outcome()).isEqualTo(Outcome.APPLIED);
        }
    }

    @Test
    void optionThatThePolicyLeavesAlone_isTheProgram_s() throws IOException {
        try (Socket socket = SocketKeeper.of(KeepAlive.parse("idle=30s"))
                .precedence(Precedence.ENFORCE)
                .onReport(reports::add)
                .socketFactory()
                .createSocket()) {
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
            socket.setTcpNoDelay(true);
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);

            assertThat(reports).hasSize(1);
            assertThat(KeepAliveReport.inspect(socket).entry(TCP_KEEPCNT).effective())
                    .hasValue(3);
            assertThat(socket.getTcpNoDelay()).isTrue();
            assertThat(socket.getReuseAddress()).isTrue();
        }
    }

    @Test
    void optionThatTheSystemRefused_isTheProgram_s() throws IOException {
        try (Socket socket = SocketKeeper.of(KeepAlive.parse("count=128"))
                .precedence(Precedence.ENFORCE)
                .onReport(reports::add)
                .socketFactory()
                .createSocket()) {
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);

            assertThat(KeepAliveReport.inspect(socket).entry(TCP_KEEPCNT).effective())
                    .hasValue(3);
        }
    }

    @Test
    void newSocket_holdsTheWholePolicy_alsoWhereTheSystemIsStricter() throws IOException {
        KeepAlive patient = KeepAlive.parse("idle=9000s,interval=100s,count=12");
        for (Precedence precedence : List.of(Precedence.TIGHTEN, Precedence.RESPECT, Precedence.ENFORCE)) {
            SocketFactory factory =
                    SocketKeeper.of(patient).precedence(precedence).socketFactory();
            SSLSocketFactory tlsFactory =
                    SocketKeeper.of(patient).precedence(precedence).sslSocketFactory();
            try (Socket socket = factory.createSocket();
                    Socket tls = tlsFactory.createSocket()) {
                assertThat(KeepAliveReport.inspect(socket).effective()).contains(patient);
                assertThat(KeepAliveReport.inspect(tls).effective()).contains(patient);
            }
        }
    }

    @Test
    void otherPolicy_isALaterCallToo() throws IOException {
        try (Socket socket = SocketKeeper.of(POLICY)
                .precedence(Precedence.TIGHTEN)
                .socketFactory()
                .createSocket()) {
            KeepAliveReport report =
                    SocketKeeper.of(KeepAlive.parse("idle=10s,count=9")).keep(socket);

            assertThat(report.entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.APPLIED);
            assertThat(report.entry(TCP_KEEPCNT).outcome()).isEqualTo(Outcome.OVERRIDDEN);
            assertThat(report.effective()).contains(KeepAlive.parse("idle=10s,interval=5s,count=6"));
        }
    }

    @Test
    void observe_changesNothing() throws IOException {
        try (Socket ordinary = new Socket();
                Socket socket = SocketKeeper.of(POLICY)
                        .precedence(Precedence.OBSERVE)
                        .onReport(reports::add)
                        .socketFactory()
                        .createSocket()) {
            assertThat(KeepAliveReport.inspect(socket).effective())
                    .isEqualTo(KeepAliveReport.inspect(ordinary).effective());
            assertThat(reports)
                    .singleElement()
                    .satisfies(report ->
                            assertThat(report.entry(TCP_KEEPINTVL).outcome()).isEqualTo(Outcome.OBSERVED));
        }
    }

    @Test
    void disabled_isAnOrdinarySocket() throws IOException {
        SocketFactory factory = SocketKeeper.of(POLICY)
                .precedence(Precedence.ENFORCE)
                .onReport(reports::add)
                .socketFactory();
        System.setProperty("keepalive.disabled", "true");
        try (Socket socket = factory.createSocket()) {
            assertThat(reports)
                    .singleElement()
                    .satisfies(report ->
                            assertThat(report.entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.DISABLED));
            System.clearProperty("keepalive.disabled");
            socket.setKeepAlive(true);
            socket.setKeepAlive(false);
            assertThat(socket.getKeepAlive()).isFalse();
            assertThat(reports).hasSize(1);
        }
        try (Socket keptBefore = factory.createSocket()) {
            System.setProperty("keepalive.disabled", "true");
            keptBefore.setKeepAlive(false);
            assertThat(keptBefore.getKeepAlive()).isFalse();
        }
    }

    @Test
    void misuse_failsAsEver() throws IOException {
        Socket socket = SocketKeeper.of(POLICY)
                .precedence(Precedence.TIGHTEN)
                .socketFactory()
                .createSocket();
        SocketOption<Integer> idle = ExtendedSocketOptions.TCP_KEEPIDLE;
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> socket.setOption(idle, -1))
                .withMessageContaining("Invalid argument");
        socket.close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> socket.setKeepAlive(false))
                .withMessageContaining("closed");
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> socket.setOption(idle, 7200))
                .withMessageContaining("closed");
    }
}
