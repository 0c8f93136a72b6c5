package io.keepalive.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keepalive.Middlebox;
import io.keepalive.internal.DurationText;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rule 12 and the values: ranges, relations, presets, and what follows from them. */
class HeartbeatConfigTest {
    private static final Duration NANO = Duration.ofNanos(1);

    private record Setting(
            String name,
            BiFunction<HeartbeatConfigBuilder, Duration, HeartbeatConfigBuilder> setter,
            Function<HeartbeatConfig, Duration> getter,
            Duration least,
            Duration most) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Setting> durations() {
        Duration least = Duration.ofMillis(10);
        Duration day = Duration.ofDays(1);
        Duration year = Duration.ofDays(365);
        return Stream.of(
                new Setting("ping-idle", HeartbeatConfigBuilder::pingIdle, HeartbeatConfig::pingIdle, least, day),
                new Setting(
                        "pong-timeout", HeartbeatConfigBuilder::pongTimeout, HeartbeatConfig::pongTimeout, least, day),
                new Setting(
                        "beat-interval",
                        HeartbeatConfigBuilder::beatInterval,
                        HeartbeatConfig::beatInterval,
                        least,
                        day),
                new Setting(
                        "read-pause-timeout",
                        HeartbeatConfigBuilder::readPauseTimeout,
                        HeartbeatConfig::readPauseTimeout,
                        least,
                        year),
                new Setting(
                        "write-stall-timeout",
                        HeartbeatConfigBuilder::writeStallTimeout,
                        HeartbeatConfig::writeStallTimeout,
                        least,
                        year),
                new Setting(
                        "close-timeout",
                        HeartbeatConfigBuilder::closeTimeout,
                        HeartbeatConfig::closeTimeout,
                        least,
                        day),
                new Setting(
                        "local-pause-allowance",
                        HeartbeatConfigBuilder::localPauseAllowance,
                        HeartbeatConfig::localPauseAllowance,
                        Duration.ZERO,
                        day),
                new Setting(
                        "min-ping-interval",
                        HeartbeatConfigBuilder::minPingInterval,
                        HeartbeatConfig::minPingInterval,
                        least,
                        day));
    }

    @ParameterizedTest
    @MethodSource("durations")
    void duration_atBothEndsOfItsRange_isTaken_andReadBack(Setting setting) {
        for (Duration value : new Duration[] {setting.least, setting.most}) {
            HeartbeatConfig config =
                    setting.setter.apply(HeartbeatConfig.builder(), value).build();
            assertThat(setting.getter.apply(config)).isEqualTo(value);
            assertThat(HeartbeatConfig.parse(config.toString())).isEqualTo(config);
        }
    }

    @ParameterizedTest
    @MethodSource("durations")
    void duration_outOfItsRange_isRefused_withNameValueAndRange(Setting setting) {
        for (Duration value : new Duration[] {setting.least.minus(NANO), setting.most.plus(NANO)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> setting.setter.apply(HeartbeatConfig.builder(), value))
                    .withMessage("%s: %s (expected: %s to %s)"
                            .formatted(
                                    setting.name,
                                    DurationText.format(value),
                                    DurationText.format(setting.least),
                                    DurationText.format(setting.most)));
        }
    }

    private static Stream<Arguments> numbers() {
        BiFunction<HeartbeatConfigBuilder, Integer, HeartbeatConfigBuilder> maxMissedPongs =
                HeartbeatConfigBuilder::maxMissedPongs;
        BiFunction<HeartbeatConfigBuilder, Integer, HeartbeatConfigBuilder> jitter =
                HeartbeatConfigBuilder::jitterPercent;
        return Stream.of(
                Arguments.of("max-missed-pongs", maxMissedPongs, 1, 100), Arguments.of("jitter", jitter, 0, 50));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void number_outOfItsRange_isRefused(
            String name,
            BiFunction<HeartbeatConfigBuilder, Integer, HeartbeatConfigBuilder> setter,
            int least,
            int most) {
        for (int value : new int[] {least, most}) {
            setter.apply(HeartbeatConfig.builder(), value).build();
        }
        for (int value : new int[] {least - 1, most + 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> setter.apply(HeartbeatConfig.builder(), value))
                    .withMessage("%s: %s (expected: %s to %s)", name, value, least, most);
        }
    }

    @Test
    void defaults_areThoseTheBuilderDocuments() {
        assertThat(HeartbeatConfig.defaults())
                .isEqualTo(HeartbeatConfig.builder().build())
                .hasToString(
                        "ping-idle=30s,pong-timeout=10s,max-missed-pongs=3,beat-interval=15s,jitter=10%,read-pause-timeout=300s,"
                                + "write-stall-timeout=60s,close-timeout=120s,local-pause-allowance=60s,min-ping-interval=1s");
        assertThat(HeartbeatConfig.defaults().detectionTime()).isEqualTo(Duration.ofSeconds(62));
        assertThat(HeartbeatConfig.defaults().requireHeartbeats()).isFalse();
        assertThat(HeartbeatConfig.defaults().isOneWay()).isFalse();
    }

    @Test
    void beatEvery_isHalfOfPingAfter_butNeverBelowTheLeast() {
        assertThat(HeartbeatConfig.builder()
                        .pingIdle(Duration.ofSeconds(8))
                        .build()
                        .beatInterval())
                .isEqualTo(Duration.ofSeconds(4));
        assertThat(HeartbeatConfig.builder()
                        .pingIdle(Duration.ofMillis(15))
                        .build()
                        .beatInterval())
                .isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void pauseCredit_isTheSilenceThatIsFatal_butNeverAboveADay() {
        assertThat(HeartbeatConfig.builder().maxMissedPongs(5).build().localPauseAllowance())
                .isEqualTo(Duration.ofSeconds(80));
        HeartbeatConfig long_ =
                HeartbeatConfig.builder().pingIdle(Duration.ofDays(1)).build();
        assertThat(long_.localPauseAllowance()).isEqualTo(Duration.ofDays(1));
        assertThat(HeartbeatConfig.parse(long_.toString())).isEqualTo(long_);
    }

    @ParameterizedTest
    @CsvSource({
        // an eighth of the shortest of the three, between 1 ms and 1 s
        "30s, 10s, 15s, 1s",
        "1d, 1d, 1d, 1s",
        "8s, 10s, 15s, 1s",
        "4s, 10s, 15s, 500ms",
        "30s, 800ms, 15s, 100ms",
        "30s, 10s, 160ms, 20ms",
        "10ms, 10s, 15s, 1250us",
        "30s, 10ms, 10ms, 1250us",
    })
    void tick(String pingIdle, String pongTimeout, String beatInterval, String tick) {
        HeartbeatConfig config = HeartbeatConfig.parse(
                "ping-idle=%s,pong-timeout=%s,beat-interval=%s".formatted(pingIdle, pongTimeout, beatInterval));
        assertThat(DurationText.format(config.tick())).isEqualTo(tick);
        assertThat(config.resolution()).as("of a wheel").isEqualTo(config.tick().dividedBy(2));
        assertThat(config.detectionTime())
                .isEqualTo(config.pingIdle()
                        .plus(config.pongTimeout().multipliedBy(3))
                        .plus(config.tick().multipliedBy(2)));
    }

    @ParameterizedTest
    @EnumSource(Middlebox.class)
    void outliving_aMiddlebox_pingsAtHalfAndBeatsAtAQuarterOfItsTimeout_orIsRefusedWithWhatToDo(Middlebox box) {
        if (box.refreshedBy() == Middlebox.Refresh.REQUEST) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HeartbeatConfig.outliving(box))
                    .withMessageStartingWith("outliving: " + box.text() + " (expected: a box that payload refreshes; "
                            + "this one counts whole requests: send one within "
                            + DurationText.format(box.idleTimeout()))
                    .withMessageContaining(box.note());
            assertThatIllegalArgumentException().isThrownBy(() -> HeartbeatConfig.parse("outliving=" + box.text()));
        } else if (box.idleTimeout().compareTo(Duration.ofDays(2)) > 0) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HeartbeatConfig.outliving(box))
                    .withMessageContaining("80ms to 172800s");
        } else {
            HeartbeatConfig config = HeartbeatConfig.outliving(box);
            assertThat(config.pingIdle().multipliedBy(2)).isEqualTo(box.idleTimeout());
            assertThat(config.beatInterval().multipliedBy(4)).isEqualTo(box.idleTimeout());
            assertThat(config.pongTimeout()).isLessThanOrEqualTo(Duration.ofSeconds(10));
            assertThat(HeartbeatConfig.parse("outliving=" + box.text())).isEqualTo(config);
        }
    }

    @Test
    void outliving_fourMinutes() {
        assertThat(HeartbeatConfig.outliving(Duration.ofMinutes(4)))
                .hasToString(
                        "ping-idle=120s,pong-timeout=10s,max-missed-pongs=3,beat-interval=60s,jitter=10%,read-pause-timeout=300s,"
                                + "write-stall-timeout=60s,close-timeout=120s,local-pause-allowance=150s,min-ping-interval=1s");
        assertThat(HeartbeatConfig.outliving(Duration.ofSeconds(8)).pongTimeout())
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void outliving_whatIsSetAfterwards_mayBeShorter_notLongerThanHalf() {
        Duration half = Duration.ofSeconds(120);
        HeartbeatConfigBuilder builder = HeartbeatConfig.builder().outliving(Duration.ofMinutes(4));
        builder.pingIdle(half).beatInterval(half).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.pingIdle(half.plus(NANO)).build())
                .withMessage("ping-idle: 120000000001ns with outliving: 240s (expected: ping-idle of at most 120s, half"
                        + " of the idle timeout, so that one may get lost)");
        builder.pingIdle(half);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.beatInterval(half.plus(NANO)).build())
                .withMessage(
                        "beat-interval: 120000000001ns with outliving: 240s (expected: beat-interval of at most 120s, half"
                                + " of the idle timeout, so that one may get lost)");
    }

    @Test
    void outliving_outOfRange_isRefused() {
        HeartbeatConfig.outliving(Duration.ofMillis(80));
        HeartbeatConfig.outliving(Duration.ofDays(2));
        for (Duration timeout : new Duration[] {
            Duration.ofMillis(80).minus(NANO), Duration.ofDays(2).plus(NANO)
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HeartbeatConfig.outliving(timeout))
                    .withMessage("outliving: %s (expected: 80ms to 172800s)", DurationText.format(timeout));
        }
    }

    @Test
    void slower_doublesWhatPings_upToADay_andLeavesTheBeats() {
        HeartbeatConfig config =
                HeartbeatConfig.parse("ping-idle=13h,pong-timeout=12h,beat-interval=20s,require-heartbeats");
        assertThat(config.slower())
                .isEqualTo(config.toBuilder()
                        .pingIdle(Duration.ofDays(1))
                        .pongTimeout(Duration.ofDays(1))
                        .build());
        assertThat(config.slower().beatInterval()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.slower().requireHeartbeats()).isTrue();
    }

    @Test
    void toBuilder_changesNothing() {
        HeartbeatConfig config = HeartbeatConfig.parse(
                "ping-idle=7s,pong-timeout=3s,max-missed-pongs=9,beat-interval=2s,jitter=1%,"
                        + "read-pause-timeout=11s,write-stall-timeout=12s,local-pause-allowance=13s,min-ping-interval=14s,require-heartbeats,one-way");
        assertThat(config.toBuilder().build()).isEqualTo(config).hasSameHashCodeAs(config);
        assertThat(config).doesNotHaveSameHashCodeAs(HeartbeatConfig.defaults());
        assertThat(config.toBuilder().maxMissedPongs(8).build()).isNotEqualTo(config);
        assertThat(config).isNotEqualTo("ping-idle=7s").isNotEqualTo(null);
    }

    @Test
    void outliving_neverChangesValuesThatWereSetBefore() {
        HeartbeatConfig config = HeartbeatConfig.builder()
                .pingIdle(Duration.ofSeconds(5))
                .pongTimeout(Duration.ofSeconds(2))
                .outliving(Duration.ofMinutes(4))
                .build();
        assertThat(config.pingIdle()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.pongTimeout()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void toBuilder_build_isEqual_andDerivedValuesStayDerived() {
        HeartbeatConfig config = HeartbeatConfig.outliving(Duration.ofMinutes(4));
        assertThat(config.toBuilder().build()).isEqualTo(config).hasSameHashCodeAs(config);
        assertThat(config).doesNotHaveSameHashCodeAs(HeartbeatConfig.defaults());
        assertThat(HeartbeatConfig.defaults().toBuilder()
                        .pingIdle(Duration.ofSeconds(4))
                        .build())
                .isEqualTo(HeartbeatConfig.builder()
                        .pingIdle(Duration.ofSeconds(4))
                        .build());
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        config.toBuilder().pingIdle(Duration.ofSeconds(121)).build());
    }

    @Test
    void toleratedSilence_isTheFormula() {
        assertThat(HeartbeatConfig.defaults().toleratedSilence()).isEqualTo(Duration.ofMillis(52_500));
        HeartbeatConfig jittery = HeartbeatConfig.builder().jitterPercent(50).build();
        assertThat(jittery.toleratedSilence()).isEqualTo(Duration.ofSeconds(45));
    }
}
