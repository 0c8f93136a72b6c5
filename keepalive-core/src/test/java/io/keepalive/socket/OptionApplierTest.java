package io.keepalive.socket;

import static io.keepalive.KeepAliveOption.SO_KEEPALIVE;
import static io.keepalive.KeepAliveOption.TCP_KEEPCNT;
import static io.keepalive.KeepAliveOption.TCP_KEEPIDLE;
import static io.keepalive.KeepAliveOption.TCP_KEEPINTVL;
import static io.keepalive.KeepAliveOption.TCP_USER_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.internal.linux.FakeKernel;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every outcome, on a kernel that misbehaves as told. */
class OptionApplierTest {
    private final FakeKernel kernel = FakeKernel.linux();

    @Test
    void apply_allGood_isAppliedAndReadBack() throws KeepAliveException {
        KeepAliveReport report = apply("outliving=4m", Precedence.ENFORCE);

        assertThat(report.orThrow()).isSameAs(report);
        assertThat(report.effective()).contains(KeepAlive.outliving(Duration.ofMinutes(4)));
        assertThat(report.detectionTime()).contains(Duration.ofSeconds(360));
        assertThat(report.detectionTimeAtMost()).contains(Duration.ofSeconds(406));
        assertThat(report.outlives(Duration.ofMinutes(4))).isTrue();
        assertThat(report)
                .hasToString("FakeSocket[SO_KEEPALIVE on APPLIED, TCP_KEEPIDLE 120s APPLIED,"
                        + " TCP_KEEPINTVL 30s APPLIED, TCP_KEEPCNT 8 APPLIED]");
    }

    @Test
    void apply_setsTheSwitchLast() throws Exception {
        apply("outliving=4m", Precedence.ENFORCE);

        assertThat(kernel.order)
                .containsExactly(
                        handle(TCP_KEEPIDLE), handle(TCP_KEEPINTVL), handle(TCP_KEEPCNT), handle(SO_KEEPALIVE));
    }

    @Test
    void apply_whatThePolicyLeavesOpen_isShownAndNotTouched() throws Exception {
        KeepAliveReport report = apply("idle=10s", Precedence.ENFORCE);

        assertEntry(report, TCP_KEEPIDLE, Outcome.APPLIED, 10);
        assertEntry(report, TCP_KEEPINTVL, Outcome.NOT_REQUESTED, 75);
        assertThat(report.entry(TCP_KEEPINTVL).requested()).isEmpty();
        assertThat(report.detectionTime()).as("definite on the report").contains(Duration.ofSeconds(10 + 75 * 9));
    }

    @Test
    void apply_partsOfASecond_areRoundedUpAndReportedSo() throws Exception {
        KeepAliveReport report = apply("idle=500ms,interval=1001ms", Precedence.ENFORCE);

        assertEntry(report, TCP_KEEPIDLE, Outcome.ROUNDED, 1);
        assertThat(report.entry(TCP_KEEPIDLE).advice()).startsWith("500ms asked for");
        assertEntry(report, TCP_KEEPINTVL, Outcome.ROUNDED, 2);
        assertThat(report.isComplete()).isTrue();
    }

    @Test
    void apply_beyondTheKernelsRange_isRejected_andTheRestApplied() throws Exception {
        KeepAliveReport report = apply("idle=32768s,interval=5s", Precedence.ENFORCE);

        assertEntry(report, TCP_KEEPIDLE, Outcome.REJECTED, 7200);
        assertThat(report.entry(TCP_KEEPIDLE).requested()).hasValue(32768);
        assertThat(report.entry(TCP_KEEPIDLE))
                .hasToString("TCP_KEEPIDLE 7200s REJECTED (requested 32768s;"
                        + " the system says 'Invalid argument'; the range is 1s to 32767s on Linux)");
        assertEntry(report, TCP_KEEPINTVL, Outcome.APPLIED, 5);
        assertThatExceptionOfType(KeepAliveException.class)
                .isThrownBy(report::orThrow)
                .withMessageContaining("requested 32768s")
                .satisfies(e -> assertThat(e.report()).isSameAs(report));
    }

    @Test
    void apply_toAKernelThatSaysYesAndDoesNo_isOverridden() throws Exception {
        kernel.ignored.add(handle(TCP_KEEPIDLE));

        KeepAliveReport report = apply("idle=10s", Precedence.ENFORCE);

        assertEntry(report, TCP_KEEPIDLE, Outcome.OVERRIDDEN, 7200);
        assertThat(report.isComplete()).isFalse();
    }

    @Test
    void apply_whatCanNotBeReadBack_isNotClaimed() throws Exception {
        kernel.unreadable.add(handle(TCP_KEEPCNT));

        KeepAliveReport report = apply("count=4", Precedence.ENFORCE);

        assertThat(report.entry(TCP_KEEPCNT).outcome()).isEqualTo(Outcome.OVERRIDDEN);
        assertThat(report.entry(TCP_KEEPCNT).effective()).isEmpty();
    }

    @Test
    void apply_userTimeout_isUnsupportedWithARemedy() throws Exception {
        KeepAliveReport report = apply("user-timeout=30s", Precedence.ENFORCE);

        assertThat(report.entry(TCP_USER_TIMEOUT).outcome()).isEqualTo(Outcome.UNSUPPORTED);
        assertThat(report.entry(TCP_USER_TIMEOUT).advice()).contains("tcp_retries2");
    }

    @Test
    void apply_withoutTheExtendedOptions_isUnsupported_andTheSwitchStillApplied() throws Exception {
        kernel.supported.retainAll(Set.of(handle(SO_KEEPALIVE)));

        KeepAliveReport report = apply("outliving=4m", Precedence.ENFORCE);

        assertThat(report.entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.UNSUPPORTED);
        assertThat(report.entry(TCP_KEEPIDLE).advice()).contains("update the JDK");
        assertEntry(report, SO_KEEPALIVE, Outcome.APPLIED, 1);
        assertThat(report.effective()).contains(KeepAlive.builder().build());
    }

    @Test
    void apply_toAClosedSocket_isClosed() throws Exception {
        kernel.open = false;

        KeepAliveReport report = apply("idle=10s", Precedence.ENFORCE);

        assertThat(report.entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.CLOSED);
        assertThat(report.entry(TCP_KEEPIDLE).effective()).isEmpty();
        assertThat(report.effective()).isEmpty();
        assertThat(report.isComplete()).isFalse();
    }

    @Test
    void apply_toASocketThatIsClosedMeanwhile_isClosedFromThenOn() throws Exception {
        kernel.closedBy = handle(TCP_KEEPINTVL);

        KeepAliveReport report = apply("outliving=4m", Precedence.ENFORCE);

        for (KeepAliveOption option : new KeepAliveOption[] {TCP_KEEPINTVL, TCP_KEEPCNT, SO_KEEPALIVE, TCP_KEEPIDLE}) {
            assertThat(report.entry(option).outcome()).as(option.name()).isEqualTo(Outcome.CLOSED);
        }
    }

    @Test
    void apply_tighten_keepsWhatIsStricter() throws Exception {
        kernel.put(TCP_KEEPIDLE, 60);

        KeepAliveReport report = apply("outliving=4m", Precedence.TIGHTEN);

        assertEntry(report, TCP_KEEPIDLE, Outcome.UNCHANGED, 60);
        assertThat(report.entry(TCP_KEEPIDLE))
                .hasToString("TCP_KEEPIDLE 60s UNCHANGED (requested 120s; precedence TIGHTEN)");
        assertEntry(report, TCP_KEEPINTVL, Outcome.APPLIED, 30);
        assertEntry(report, SO_KEEPALIVE, Outcome.APPLIED, 1);
        assertThat(report.isComplete()).isTrue();
    }

    @Test
    void apply_observe_changesNothing() throws Exception {
        kernel.put(TCP_KEEPCNT, 4);

        KeepAliveReport report = apply("outliving=4m", Precedence.OBSERVE);

        assertThat(kernel.order).isEmpty();
        assertEntry(report, TCP_KEEPIDLE, Outcome.OBSERVED, 7200);
        assertEntry(report, TCP_KEEPCNT, Outcome.UNCHANGED, 4);
        assertEntry(report, SO_KEEPALIVE, Outcome.OBSERVED, 0);
        assertThat(report.effective()).contains(KeepAlive.off());
    }

    @Test
    void set_allGood_isOneReportForAllSockets() throws Exception {
        SocketKeeper keeper = SocketKeeper.of(KeepAlive.defaults());

        KeepAliveReport report = keeper.set(options(kernel));

        assertThat(keeper.set(options(FakeKernel.linux()))).isSameAs(report);
        assertThat(report.entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.SET);
        assertThat(report.entry(TCP_KEEPIDLE).requested()).hasValue(30);
        assertThat(report.effective()).as("not read back").isEmpty();
        assertThat(kernel.values).containsEntry(handle(TCP_KEEPIDLE), 30);
    }

    @Test
    void set_withAFailure_namesIt_andLeavesTheSharedReportAlone() throws Exception {
        SocketKeeper keeper = SocketKeeper.of(KeepAlive.parse("idle=40000s,interval=5s"));

        KeepAliveReport report = keeper.set(options(kernel));

        assertThat(report.entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(report.entry(TCP_KEEPINTVL).outcome()).isEqualTo(Outcome.SET);
        kernel.put(TCP_KEEPIDLE, 7200);
        assertThat(keeper.set(options(kernel)).entry(TCP_KEEPINTVL).outcome()).isEqualTo(Outcome.SET);
    }

    @Test
    void disabled_stopsEverything() throws Exception {
        System.setProperty("keepalive.disabled", "true");
        try {
            KeepAliveReport applied = apply("outliving=4m", Precedence.ENFORCE);
            KeepAliveReport set = SocketKeeper.of(KeepAlive.defaults()).set(options(kernel));

            assertThat(kernel.order).isEmpty();
            assertEntry(applied, TCP_KEEPIDLE, Outcome.DISABLED, 7200);
            assertThat(set.entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.DISABLED);
            assertThat(applied.isComplete())
                    .as("the operator's wish is no failure")
                    .isTrue();
        } finally {
            System.clearProperty("keepalive.disabled");
        }
    }

    private static SocketOption<?> handle(KeepAliveOption option) {
        return FakeKernel.handle(option);
    }

    private KeepAliveReport apply(String policy, Precedence precedence) throws KeepAliveException {
        return SocketKeeper.of(KeepAlive.parse(policy)).precedence(precedence).keep(options(kernel));
    }

    private static SocketOptions options(FakeKernel kernel) {
        return new JdkSocketOptions<>(kernel, kernel, FakeKernel.noSystemCalls());
    }

    private static void assertEntry(KeepAliveReport report, KeepAliveOption option, Outcome outcome, long effective) {
        assertThat(report.entry(option).outcome()).as(report.toString()).isEqualTo(outcome);
        assertThat(report.entry(option).effective()).as(report.toString()).hasValue(effective);
    }
}
