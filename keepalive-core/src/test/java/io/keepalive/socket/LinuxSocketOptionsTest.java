package io.keepalive.socket;

import static io.keepalive.KeepAliveOption.SO_KEEPALIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.internal.linux.FakeDescriptors;
import io.keepalive.internal.linux.FakeKernel;
import io.keepalive.internal.linux.LinuxSockets;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options by descriptor, on a table of descriptors in which strangers turn up as told. */
class LinuxSocketOptionsTest {
    private static final InetSocketAddress LOCAL = new InetSocketAddress("10.0.0.1", 40000);
    private static final InetSocketAddress PEER = new InetSocketAddress("10.0.0.2", 443);
    private static final int NUMBER = 7;

    private final FakeKernel kernel = FakeKernel.linux();
    private final FakeDescriptors descriptors = new FakeDescriptors();
    private final SocketOptions socket = options(descriptors.on("Linux"));
    private FakeDescriptors.Socket mine = descriptors.put(NUMBER, kernel, LOCAL, PEER);

    @BeforeEach
    void connect() {
        kernel.values.put(StandardSocketOptions.SO_REUSEADDR, false);
        kernel.supported.add(StandardSocketOptions.SO_REUSEADDR);
        kernel.local = LOCAL;
        kernel.peer = PEER;
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(descriptors.duplicates).as("duplicates not released").isZero();
        assertThat(descriptors.sessions).as("sessions not closed").isZero();
        assertThat(kernel.values).as("the mark").containsEntry(StandardSocketOptions.SO_REUSEADDR, false);
    }

    @Test
    void apply_userTimeout_isSetAndReadBack() throws Exception {
        KeepAliveReport report = apply("outliving=4m,user-timeout=auto", Precedence.ENFORCE);

        assertThat(userTimeout(report)).hasToString("TCP_USER_TIMEOUT 345000ms APPLIED");
        assertThat(mine.userTimeout).isEqualTo(345_000);
        assertThat(report.detectionTime()).contains(Duration.ofSeconds(360));
    }

    @Test
    void apply_partOfAMillisecond_isRoundedUp() throws Exception {
        assertThat(userTimeout(apply("user-timeout=1500us", Precedence.ENFORCE)))
                .hasToString("TCP_USER_TIMEOUT 2ms ROUNDED"
                        + " (1500us asked for; the kernel counts whole units, rounded up)");
    }

    @Test
    void apply_tighten_keepsTheStricterOne_andReplacesNone() throws Exception {
        mine.userTimeout = 5000;
        assertThat(userTimeout(apply("user-timeout=9s", Precedence.TIGHTEN)).outcome())
                .isEqualTo(Outcome.UNCHANGED);

        mine.userTimeout = 0;
        assertThat(userTimeout(apply("user-timeout=9s", Precedence.RESPECT)).outcome())
                .isEqualTo(Outcome.APPLIED);
        assertThat(userTimeout(apply("user-timeout=4s", Precedence.RESPECT)).outcome())
                .isEqualTo(Outcome.UNCHANGED);
    }

    @Test
    void apply_observe_writesNothing_notEvenAMark() throws Exception {
        assertThat(userTimeout(apply("user-timeout=9s", Precedence.OBSERVE)))
                .hasToString("TCP_USER_TIMEOUT 0ms OBSERVED (requested 9000ms; precedence OBSERVE)");
        assertThat(kernel.order).isEmpty();
    }

    @Test
    void policyWithoutAUserTimeout_makesNoCall() throws Exception {
        apply("outliving=4m", Precedence.ENFORCE);
        SocketKeeper.of(KeepAlive.defaults()).set(socket);

        assertThat(descriptors.calls).isZero();
    }

    @Test
    void inspect_showsIt_unlessTheJvmWouldWarn() throws Exception {
        mine.userTimeout = 5000;
        assertThat(userTimeout(KeepAliveReport.inspect(socket)).effective()).hasValue(5000);

        SocketOptions warning = options(descriptors.withWarning());
        descriptors.calls = 0;
        assertThat(userTimeout(KeepAliveReport.inspect(warning)).effective()).isEmpty();
        assertThat(descriptors.calls).isZero();
    }

    @Test
    void listenerOnLinux_holdsBoth() throws Exception {
        listen();

        KeepAliveReport report = apply("outliving=4m,user-timeout=auto", Precedence.ENFORCE);

        assertThat(report.entry(SO_KEEPALIVE)).hasToString("SO_KEEPALIVE on APPLIED");
        assertThat(mine.keepAlive).isTrue();
        assertThat(mine.userTimeout).isEqualTo(345_000);
        assertThat(report.effective()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"Mac OS X, TCP_RXT_CONNDROPTIME", "Windows Server 2022, TCP_MAXRT", "AIX, known on Linux only"})
    void otherSystems_noCallIsMade_leastOfAllOnAListener(String osName, String advice) throws Exception {
        SocketOptions elsewhere = options(descriptors.on(osName));
        for (boolean listener : new boolean[] {false, true}) {
            if (listener) {
                listen();
            }
            KeepAliveReport report = SocketKeeper.of(KeepAlive.parse("outliving=4m,user-timeout=auto"))
                    .precedence(Precedence.ENFORCE)
                    .keep(elsewhere);

            assertThat(userTimeout(report).outcome()).isEqualTo(Outcome.UNSUPPORTED);
            assertThat(userTimeout(report).advice()).contains(advice);
            assertThat(report.entry(SO_KEEPALIVE).outcome()).isEqualTo(listener ? Outcome.ON_ACCEPT : Outcome.APPLIED);
            KeepAliveReport.inspect(elsewhere);
        }
        assertThat(descriptors.calls).isZero();
    }

    @Test
    void closedTier_isUnsupportedWithItsRemedy() throws Exception {
        SocketOptions denied = options(FakeDescriptors.denied());

        KeepAliveReport report = SocketKeeper.of(KeepAlive.parse("user-timeout=9s"))
                .precedence(Precedence.ENFORCE)
                .keep(denied);

        assertThat(userTimeout(report).outcome()).isEqualTo(Outcome.UNSUPPORTED);
        assertThat(userTimeout(report).advice()).contains("; start it with --flag; on Linux");
    }

    /** The kernel gave the connection up, and another socket was opened between the same ends. */
    @Test
    void strangerBetweenTheSameEnds_isNotTouched() throws Exception {
        descriptors.table.remove(NUMBER);
        FakeDescriptors.Socket stranger = descriptors.put(NUMBER + 1, null, LOCAL, PEER);

        KeepAliveReport report = apply("user-timeout=9s", Precedence.ENFORCE);

        assertThat(userTimeout(report).outcome()).isEqualTo(Outcome.UNSUPPORTED);
        assertThat(userTimeout(report).advice()).contains("not found");
        assertThat(stranger.userTimeout).isZero();
    }

    @Test
    void listenersTwin_isNotTouched() throws Exception {
        listen();
        FakeDescriptors.Socket twin = descriptors.put(NUMBER - 1, null, LOCAL, null);

        apply("user-timeout=9s", Precedence.ENFORCE);

        assertThat(mine.userTimeout).isEqualTo(9000);
        assertThat(twin.userTimeout).isZero();
    }

    /** The number was proven before; then the socket is closed and a stranger gets its number. */
    @Test
    void strangerAtAKnownNumber_isNotTouched() throws Exception {
        apply("user-timeout=9s", Precedence.ENFORCE);
        FakeDescriptors.Socket stranger = new FakeDescriptors.Socket(null);
        descriptors.beforeDuplicate = () -> {
            kernel.open = false;
            stranger.local = mine.local;
            stranger.peer = mine.peer;
            descriptors.table.put(NUMBER, stranger);
        };

        KeepAliveReport report = apply("user-timeout=5s", Precedence.ENFORCE);

        assertThat(userTimeout(report).outcome()).isEqualTo(Outcome.CLOSED);
        assertThat(stranger.userTimeout).isZero();
    }

    @Test
    void closedDuringTheSearch_isClosed_andTheStrangerNotTouched() throws Exception {
        FakeDescriptors.Socket stranger = new FakeDescriptors.Socket(null);
        descriptors.beforeDuplicate = () -> {
            kernel.open = false;
            stranger.local = mine.local;
            stranger.peer = mine.peer;
            descriptors.table.put(NUMBER, stranger);
        };

        assertThat(userTimeout(apply("user-timeout=5s", Precedence.ENFORCE)).outcome())
                .isEqualTo(Outcome.CLOSED);
        assertThat(stranger.userTimeout).isZero();
    }

    @Test
    void info_ofAConnection_isWhatTheKernelGave() throws Exception {
        assertThat(descriptors.on("Linux").info(kernel, kernel)).contains(new byte[] {1, 0, 0, 2});
    }

    private void listen() {
        kernel.listener = true;
        kernel.peer = null;
        kernel.supported.remove(StandardSocketOptions.SO_KEEPALIVE);
        mine = descriptors.put(NUMBER, kernel, LOCAL, null);
    }

    private KeepAliveReport apply(String policy, Precedence precedence) throws KeepAliveException {
        return SocketKeeper.of(KeepAlive.parse(policy)).precedence(precedence).keep(socket);
    }

    private SocketOptions options(LinuxSockets linux) {
        return new JdkSocketOptions<>(kernel, kernel, linux);
    }

    private static KeepAliveReport.Entry userTimeout(KeepAliveReport report) {
        return report.entry(KeepAliveOption.TCP_USER_TIMEOUT);
    }
}
