package io.keepalive;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.keepalive.internal.DurationText;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every setting's bounds, and one clear error for each bad value. */
class KeepAliveBuilderTest {
    private static final List<Duration> NOT_POSITIVE =
            List.of(Duration.ZERO, ofMillis(-500), ofSeconds(-1), ofSeconds(Long.MIN_VALUE));

    private final KeepAliveBuilder builder = KeepAlive.builder();

    @Test
    void idle_takesAnyPositiveDurationThatFitsTheOption() {
        assertThat(builder.idle(Duration.ofNanos(1)).build().idle()).contains(Duration.ofNanos(1));
        assertThat(builder.idle(ofSeconds(Integer.MAX_VALUE)).build().idle()).contains(ofSeconds(Integer.MAX_VALUE));
        refusesOutside("idle", builder::idle, ofSeconds(Integer.MAX_VALUE));
    }

    @Test
    void interval_takesAnyPositiveDurationThatFitsTheOption() {
        assertThat(builder.interval(ofMillis(500)).build().interval()).contains(ofMillis(500));
        refusesOutside("interval", builder::interval, ofSeconds(Integer.MAX_VALUE));
    }

    @Test
    void userTimeout_takesAnyPositiveDurationThatFitsTheOption() {
        assertThat(builder.userTimeout(ofMillis(1)).build().userTimeout()).contains(ofMillis(1));
        refusesOutside("user-timeout", builder::userTimeout, ofMillis(Integer.MAX_VALUE));
    }

    @Test
    void count_takesAnyPositiveNumber() {
        assertThat(builder.count(1).build().count()).hasValue(1);
        assertThat(builder.count(Integer.MAX_VALUE).build().count()).hasValue(Integer.MAX_VALUE);
        for (int count : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.count(count))
                    .withMessage("count: " + count + " (expected: at least 1)");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // null is the point
    void null_isRefusedByName() {
        assertThatNullPointerException().isThrownBy(() -> builder.idle(null)).withMessage("idle");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.interval(null))
                .withMessage("interval");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.userTimeout(null))
                .withMessage("user-timeout");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.outliving((Duration) null))
                .withMessage("idleTimeout");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.detectWithin(null))
                .withMessage("atMost");
        assertThatNullPointerException().isThrownBy(() -> KeepAlive.parse(null)).withMessage("text");
    }

    @Test
    void outliving_plansOnlyWhatIsNotSet() {
        KeepAlive policy =
                builder.idle(ofSeconds(45)).count(3).outliving(ofMinutes(4)).build();

        assertThat(policy).hasToString("idle=45s,interval=30s,count=3");
    }

    @Test
    void outliving_againstAnIdleTimeThatDoesNot_isRefusedWithBothValues() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> builder.idle(ofMinutes(4)).outliving(ofMinutes(4)).build())
                .withMessageStartingWith("outliving: 240s, idle: 240s (expected: ")
                .withMessageEndingWith("; outliving=271s would do, or leave idle out)"); // 240 s * 1.125 + 0.5 s
    }

    @Test
    void detectWithin_takes3250msAndMore() {
        assertThat(builder.detectWithin(ofMillis(3_250)).build()).hasToString("idle=1s,interval=1s,count=1");
        for (Duration tooShort : List.of(ofMillis(3_249), Duration.ZERO, ofSeconds(Long.MIN_VALUE))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.detectWithin(tooShort))
                    .withMessageStartingWith("detect-within: ")
                    .withMessageContaining("at least 3250ms");
        }
    }

    @Test
    void toleratingLostProbes_takes0To126() {
        assertThat(builder.toleratingLostProbes(0).build()).hasToString("count=8");
        assertThat(builder.toleratingLostProbes(7).build()).hasToString("count=8");
        assertThat(builder.toleratingLostProbes(8).build()).hasToString("count=9");
        assertThat(builder.toleratingLostProbes(126).build()).hasToString("count=127");
        for (int bad : new int[] {-1, 127, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.toleratingLostProbes(bad))
                    .withMessageStartingWith("tolerating-lost-probes: " + bad + " (expected: 0 to 126");
        }
    }

    @Test
    void userTimeoutAuto_withoutItsParts_isRefusedWithAllOfThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.idle(ofSeconds(9)).userTimeoutAuto().build())
                .withMessageContaining("user-timeout: auto with idle: 9s, interval: unset, count: unset");
    }

    @Test
    void off_canNotBeBuiltUpon() {
        assertThatIllegalStateException().isThrownBy(() -> KeepAlive.off().toBuilder());
    }

    private static void refusesOutside(
            String name, java.util.function.Function<Duration, KeepAliveBuilder> setter, Duration longest) {
        for (Duration bad : NOT_POSITIVE) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> setter.apply(bad))
                    .withMessageStartingWith(name + ": " + DurationText.format(bad) + " (expected: more than 0");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setter.apply(longest.plusNanos(1)))
                .withMessageContaining("at most " + DurationText.format(longest));
        assertThatIllegalArgumentException().isThrownBy(() -> setter.apply(ofSeconds(Long.MAX_VALUE, 999_999_999)));
    }
}
