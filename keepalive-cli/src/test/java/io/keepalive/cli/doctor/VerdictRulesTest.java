package io.keepalive.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.Middlebox;
import io.keepalive.cli.doctor.ConnectionFacts.LocalEnd;
import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.SystemSettings;
import io.keepalive.cli.linux.TcpInfoFields;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.linux.TcpState;
import io.keepalive.cli.linux.TcpTimer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerdictRulesTest {
    private static final PathGoal FOUR_MINUTES = PathGoal.of(Duration.ofMinutes(4));
    private static final SocketOptions SYSTEM_ON = new SocketOptions(true, 7200, 75, 9, 0);
    private static final SocketOptions OFF = new SocketOptions(false, 7200, 75, 9, 0);
    private static final SocketOptions POLICY = new SocketOptions(true, 120, 30, 8, 0);

    @Test
    void judge_noTimer_willBeDroppedWhenTheBoxForgets() {
        Diagnosis diagnosis = judge(idle(TcpTimer.OFF, 0, 60_000), null, null, FOUR_MINUTES);

        assertThat(diagnosis.verdict()).isEqualTo(Verdict.WILL_BE_DROPPED);
        assertThat(diagnosis.endsInMillis()).hasValue(180_000);
    }

    @Test
    void judge_silentForLongerThanTheBox_isForgottenAlready() {
        Diagnosis diagnosis = judge(idle(TcpTimer.OFF, 0, 600_000), null, null, FOUR_MINUTES);

        assertThat(diagnosis.endsInMillis()).hasValue(0);
        assertThat(diagnosis.reason()).contains("has forgotten it");
    }

    @Test
    void judge_noTimerAndNoBox_isNotKept() {
        assertThat(judge(idle(TcpTimer.OFF, 0, 60_000), null, null, PathGoal.NONE)
                        .verdict())
                .isEqualTo(Verdict.NOT_KEPT);
    }

    @Test
    void judge_policyThatOutlives_isKept() {
        assertThat(judge(idle(TcpTimer.KEEPALIVE, 60_000, 60_000), POLICY, null, FOUR_MINUTES)
                        .verdict())
                .isEqualTo(Verdict.KEPT);
    }

    @Test
    void judge_timerOfTwoHours_willBeDropped() {
        Diagnosis diagnosis = judge(idle(TcpTimer.KEEPALIVE, 7_140_000, 60_000), SYSTEM_ON, null, FOUR_MINUTES);

        assertThat(diagnosis.verdict()).isEqualTo(Verdict.WILL_BE_DROPPED);
        assertThat(diagnosis.reason()).contains("2h");
    }

    @Test
    void judge_timerAlone_countsTheSilenceSoFar() {
        // fires in 100 s, but only if nothing was received for 220 s: too late for a kernel timer that may be late
        assertThat(judge(idle(TcpTimer.KEEPALIVE, 100_000, 120_000), null, null, FOUR_MINUTES)
                        .verdict())
                .isEqualTo(Verdict.WILL_BE_DROPPED);
        assertThat(judge(idle(TcpTimer.KEEPALIVE, 100_000, 20_000), null, null, FOUR_MINUTES)
                        .verdict())
                .isEqualTo(Verdict.KEPT);
    }

    @Test
    void judge_boxThatCountsNoProbes_willBeDroppedInSpiteOfThem() {
        Diagnosis diagnosis = judge(
                idle(TcpTimer.KEEPALIVE, 10_000, 20_000),
                new SocketOptions(true, 30, 5, 6, 0),
                null,
                PathGoal.of(Middlebox.AWS_APPLICATION_LOAD_BALANCER));

        assertThat(diagnosis.verdict()).isEqualTo(Verdict.WILL_BE_DROPPED);
        assertThat(diagnosis.endsInMillis()).hasValue(40_000);
    }

    @Test
    void judge_unansweredProbes_diesAfterTheRemainingOnes() {
        TcpSocket socket = socket(TcpState.ESTABLISHED, TcpTimer.KEEPALIVE, 5_000, 2, 0, 0, 175_000, 0, 2);

        Diagnosis diagnosis = judge(socket, POLICY, null, FOUR_MINUTES);

        assertThat(diagnosis.verdict()).isEqualTo(Verdict.DYING);
        assertThat(diagnosis.endsInMillis()).hasValue(5_000 + 6 * 30_000);
    }

    @Test
    void judge_unansweredProbesWithUserTimeout_ignoresTheCount() {
        TcpSocket socket = socket(TcpState.ESTABLISHED, TcpTimer.KEEPALIVE, 5_000, 2, 0, 0, 175_000, 0, 2);

        Diagnosis diagnosis = judge(socket, new SocketOptions(true, 120, 30, 2, 345_000), null, FOUR_MINUTES);

        // ticks at a silence of 180, 210 ... 360 s; the first that is not below 345 s
        assertThat(diagnosis.endsInMillis()).hasValue(5_000 + 180_000);
    }

    @Test
    void judge_probeJustSent_isNoDeath() {
        TcpSocket socket = socket(TcpState.ESTABLISHED, TcpTimer.KEEPALIVE, 29_900, 1, 0, 0, 120_100, 0, 1);

        assertThat(judge(socket, POLICY, null, FOUR_MINUTES).verdict()).isEqualTo(Verdict.KEPT);
    }

    @Test
    void judge_retransmittedAgainAndAgain_isDying() {
        TcpSocket socket = socket(TcpState.ESTABLISHED, TcpTimer.RETRANSMIT, 800, 3, 0, 100, 2_000, 3, 0);

        assertThat(judge(socket, null, null, FOUR_MINUTES).verdict()).isEqualTo(Verdict.DYING);
        assertThat(judge(socket, new SocketOptions(true, 120, 30, 8, 5_000), null, FOUR_MINUTES)
                        .endsInMillis())
                .hasValue(3_000);
    }

    @Test
    void judge_oneRetransmission_isNoDeath() {
        TcpSocket socket = socket(TcpState.ESTABLISHED, TcpTimer.RETRANSMIT, 200, 1, 0, 100, 300, 1, 0);

        assertThat(judge(socket, POLICY, null, FOUR_MINUTES).verdict()).isEqualTo(Verdict.KEPT);
    }

    @Test
    void judge_dataInFlightAndNoOptions_isUnknown() {
        TcpSocket socket = socket(TcpState.ESTABLISHED, TcpTimer.RETRANSMIT, 200, 0, 0, 100, 3, 0, 0);

        assertThat(judge(socket, null, null, FOUR_MINUTES).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void judge_closedWindow_isStalled() {
        TcpSocket socket = socket(TcpState.ESTABLISHED, TcpTimer.ZERO_WINDOW_PROBE, 800, 0, 0, 70_000, 300, 0, 0);

        assertThat(judge(socket, null, null, FOUR_MINUTES).verdict()).isEqualTo(Verdict.STALLED);
    }

    @Test
    void judge_dataLeftUnread_isStalledOnThisSide() {
        TcpSocket socket = socket(TcpState.ESTABLISHED, TcpTimer.OFF, 0, 0, 512, 0, 30_000, 0, 0);

        assertThat(judge(socket, null, null, FOUR_MINUTES).reason()).contains("the program does not read", "512 bytes");
    }

    @Test
    void judge_closeWait_peerHasClosed() {
        TcpSocket socket = socket(TcpState.CLOSE_WAIT, TcpTimer.OFF, 0, 0, 1, 0, 30_000, 0, 0);

        assertThat(judge(socket, null, null, FOUR_MINUTES).verdict()).isEqualTo(Verdict.PEER_CLOSED);
    }

    @Test
    void judge_timerThatEndsAtAProxy_provesNothing() {
        LocalEnd proxy = new LocalEnd(new Owner(7, 9, "envoy"), true, 3);

        Diagnosis diagnosis = judge(idle(TcpTimer.KEEPALIVE, 60_000, 10), POLICY, proxy, FOUR_MINUTES);

        assertThat(diagnosis.verdict()).isEqualTo(Verdict.KEPT_TO_LOCAL_PROXY);
        assertThat(diagnosis.reason())
                .isEqualTo("redirected to envoy (7), which has 3 connections of its own to look at");
    }

    @Test
    void judge_localWithoutTimer_needsNone() {
        assertThat(judge(idle(TcpTimer.OFF, 0, 600_000), OFF, new LocalEnd(null, false, 0), FOUR_MINUTES)
                        .verdict())
                .isEqualTo(Verdict.LOCAL);
    }

    @ParameterizedTest
    @EnumSource(TcpState.class)
    void judge_everyState_hasAVerdictWithAReason(TcpState state) {
        Diagnosis diagnosis = judge(socket(state, TcpTimer.OFF, 0, 0, 0, 0, 10, 0, 0), null, null, FOUR_MINUTES);

        assertThat(diagnosis.reason()).isNotBlank();
    }

    private static TcpSocket idle(TcpTimer timer, long timerMillis, long silenceMillis) {
        return socket(TcpState.ESTABLISHED, timer, timerMillis, 0, 0, 0, silenceMillis, 0, 0);
    }

    private static TcpSocket socket(
            TcpState state,
            TcpTimer timer,
            long timerMillis,
            int timerCount,
            long receiveQueue,
            long sendQueue,
            long silenceMillis,
            int retransmits,
            int probes) {
        TcpInfoFields info = Sockets.silent(silenceMillis, retransmits, probes);
        return Sockets.socket(
                state,
                Sockets.ip(5, 40000),
                Sockets.ip(9, 5432),
                timer,
                timerMillis,
                timerCount,
                receiveQueue,
                sendQueue,
                1,
                info);
    }

    private static Diagnosis judge(
            TcpSocket socket, @Nullable SocketOptions options, @Nullable LocalEnd end, PathGoal path) {
        return VerdictRules.judge(
                new ConnectionFacts(socket, List.of(), options, end), path, SystemSettings.KERNEL_DEFAULTS);
    }
}
