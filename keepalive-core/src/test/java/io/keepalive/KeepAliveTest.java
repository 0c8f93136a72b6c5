package io.keepalive;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The policy as a value, and the answers that it computes. */
class KeepAliveTest {
    @Test
    void defaults_are30_5_6_deadAfter60s() {
        KeepAlive policy = KeepAlive.defaults();

        assertThat(policy).hasToString("idle=30s,interval=5s,count=6");
        assertThat(policy.detectionTime()).contains(ofSeconds(60));
    }

    @ParameterizedTest
    @EnumSource(Middlebox.class)
    void defaults_outliveEveryBoxThatCountsProbes(Middlebox box) {
        if (box.refreshedBy() == Middlebox.Refresh.ANY_SEGMENT) {
            assertThat(KeepAlive.defaults().outlives(box.idleTimeout())).isTrue();
        }
    }

    @Test
    void outliving4Minutes_is120_30_8_deadAfter360s() {
        KeepAlive policy = KeepAlive.outliving(ofMinutes(4));

        assertThat(policy).hasToString("idle=120s,interval=30s,count=8");
        assertThat(policy.detectionTime()).contains(ofSeconds(360));
        assertThat(policy.detectionTimeAtMost()).contains(ofSeconds(406));
        assertThat(policy).isEqualTo(KeepAlive.outliving(Middlebox.AZURE_LOAD_BALANCER));
    }

    @Test
    void outliving_roundsUpToWholeSeconds() {
        assertThat(KeepAlive.outliving(ofSeconds(4))).hasToString("idle=2s,interval=1s,count=8");
        assertThat(KeepAlive.outliving(ofSeconds(3))).hasToString("idle=2s,interval=1s,count=8");
        assertThat(KeepAlive.outliving(ofMillis(60_500))).hasToString("idle=31s,interval=8s,count=8");
    }

    @Test
    void outliving_neverPlansMoreThanLinuxTakes() {
        assertThat(KeepAlive.outliving(Middlebox.LINUX_CONNTRACK)).hasToString("idle=32767s,interval=30s,count=8");
    }

    @Test
    void outliving_outlivesFromItsFloorOn() {
        for (long millis = 3_000; millis < 600_000; millis += 37) {
            Duration idleTimeout = ofMillis(millis);
            assertThat(KeepAlive.outliving(idleTimeout).outlives(idleTimeout))
                    .as("outliving %s", idleTimeout)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2_999, 1_000, 1, 0, -1_000})
    void outliving_below3s_isRefused(long millis) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeepAlive.outliving(ofMillis(millis)))
                .withMessageContaining("outliving: ")
                .withMessageContaining("at least 3s");
    }

    @Test
    void outliving_aBoxThatCountsPayloadOnly_isRefusedWithARemedy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeepAlive.outliving(Middlebox.AWS_APPLICATION_LOAD_BALANCER))
                .withMessage("outliving: aws-application-load-balancer (expected: a box that counts keepalive probes;"
                        + " this one is refreshed by payload only, so use an application heartbeat more often than"
                        + " every 60s)");
    }

    @Test
    void outlives_holdsTheSlackOfLateTimers() {
        KeepAlive policy = KeepAlive.builder().idle(ofSeconds(80)).build();

        assertThat(policy.outlives(ofSeconds(80))).isFalse();
        assertThat(policy.outlives(ofMillis(90_499))).isFalse();
        assertThat(policy.outlives(ofMillis(90_500))).isTrue(); // 80 s * 1.125 + 0.5 s
    }

    @ParameterizedTest
    @CsvSource({
        "'outliving=4m',                 135499, 0",
        "'outliving=4m',                 135500, 1", // 120 s * 1.125 + 0.5 s
        "'outliving=4m',                 169249, 1",
        "'outliving=4m',                 169250, 2", // 150 s * 1.125 + 0.5 s
        "'outliving=4m',                 240000, 4",
        "'outliving=4m',               99999999, 8",
        "'outliving=4m,user-timeout=auto', 9999999, 7", // a late eighth tick would be fatal
        "'idle=10s',                     240000, 1",
        "'idle=10s,interval=1s',         240000, 1",
        "'idle=10s,user-timeout=60s',    240000, 1",
        "'interval=1s,count=3',          240000, 0",
        "'off',                          240000, 0",
        "'outliving=4m',                 -240000, 0",
    })
    void probesWithin_countsTheLatestTimes(String policy, long millis, int probes) {
        assertThat(KeepAlive.parse(policy).probesWithin(ofMillis(millis))).isEqualTo(probes);
    }

    @Test
    void probesWithin_ofExtremes_doesNotOverflow() {
        int max = Integer.MAX_VALUE;
        KeepAlive many = KeepAlive.builder()
                .idle(ofSeconds(1))
                .interval(ofSeconds(1))
                .count(max)
                .build();

        assertThat(many.probesWithin(ofSeconds(Long.MAX_VALUE))).isEqualTo(max);
        assertThat(many.probesWithin(ofSeconds(Long.MIN_VALUE))).isZero();
    }

    @Test
    void toleratedLostProbes_isOneFewerThanAreSent() {
        assertThat(KeepAlive.outliving(ofMinutes(4)).toleratedLostProbes()).hasValue(7);
        assertThat(KeepAlive.parse("outliving=4m,user-timeout=auto").toleratedLostProbes())
                .hasValue(6);
        assertThat(KeepAlive.parse("count=3").toleratedLostProbes()).hasValue(2);
        assertThat(KeepAlive.parse("count=3,user-timeout=9s").toleratedLostProbes())
                .isEmpty();
        assertThat(KeepAlive.parse("idle=9s").toleratedLostProbes()).isEmpty();
        assertThat(KeepAlive.off().toleratedLostProbes()).isEmpty();
    }

    @Test
    void answers_needWhatTheyDependOn() {
        assertThat(KeepAlive.off().detectionTime()).isEmpty();
        assertThat(KeepAlive.off().outlives(ofHours(3))).isFalse();
        assertThat(KeepAlive.builder().build().detectionTime()).isEmpty();
        assertThat(KeepAlive.builder().build().outlives(ofHours(3))).isFalse();
        KeepAliveBuilder partly = KeepAlive.builder().idle(ofSeconds(10)).interval(ofSeconds(5));
        assertThat(partly.build().detectionTime()).isEmpty();
        assertThat(partly.userTimeout(ofSeconds(1)).build().detectionTime()).contains(ofSeconds(15));
    }

    @Test
    void detectionTime_countsAsTheKernelDoes_inWholeSeconds() {
        KeepAlive policy = KeepAlive.builder()
                .idle(ofMillis(500))
                .interval(ofMillis(1_001))
                .count(3)
                .build();

        assertThat(policy.idle()).contains(ofMillis(500));
        assertThat(policy.detectionTime()).contains(ofSeconds(1 + 2 * 3));
    }

    @Test
    void userTimeoutAuto_keepsTheTimeOfDeath() {
        KeepAlive policy =
                KeepAlive.builder().outliving(ofMinutes(4)).userTimeoutAuto().build();

        assertThat(policy.userTimeout()).contains(ofSeconds(345));
        assertThat(policy.detectionTime()).contains(ofSeconds(360));
        assertThat(policy).hasToString("idle=120s,interval=30s,count=8,user-timeout=auto");
    }

    @Test
    void toBuilder_changesOneThing_andKeepsAutoAuto() {
        KeepAlive policy = KeepAlive.parse("idle=10s,interval=2s,count=5,user-timeout=auto");

        assertThat(policy.toBuilder().build()).isEqualTo(policy);
        assertThat(policy.toBuilder().idle(ofSeconds(20)).build().userTimeout()).contains(ofSeconds(29));
    }

    @Test
    void equality_isByValue() {
        assertThat(KeepAlive.outliving(ofMinutes(4)))
                .isEqualTo(KeepAlive.parse("idle=120s,interval=30s,count=8"))
                .hasSameHashCodeAs(KeepAlive.parse("idle=120s,interval=30s,count=8"))
                .isNotEqualTo(KeepAlive.parse("idle=120s,interval=30s,count=9"))
                .isNotEqualTo(KeepAlive.off());
    }
}
