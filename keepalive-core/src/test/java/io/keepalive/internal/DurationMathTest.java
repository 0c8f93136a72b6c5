package io.keepalive.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What {@link Duration} itself says; but for what is negative, which it rounds up when it divides. */
class DurationMathTest {
    private static final List<Integer> NUMBERS = List.of(1, 2, 3, 4, 7, 8, 9, 10, 1000);

    private static Duration random(Random random) {
        long seconds = random.nextLong() >> random.nextInt(64) >> 12;
        return Duration.ofSeconds(seconds, random.nextInt(1_000_000_000));
    }

    @Test
    void divideAndMultiply_anyDuration_isWhatDurationSays() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            Duration duration = random(random);
            for (int number : NUMBERS) {
                Duration toZero = duration.dividedBy(number);
                boolean isExact = toZero.multipliedBy(number).equals(duration);
                assertThat(DurationMath.divide(duration, number))
                        .as("%s / %d", duration, number)
                        .isEqualTo(duration.isNegative() && !isExact ? toZero.minusNanos(1) : toZero);
                assertThat(DurationMath.multiply(duration, number))
                        .as("%s * %d", duration, number)
                        .isEqualTo(duration.multipliedBy(number));
            }
        }
    }

    @Test
    void divide_theLongestAndTheShortest_doesNotOverflow() {
        Duration longest = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
        Duration shortest = Duration.ofSeconds(Long.MIN_VALUE);
        for (int number : NUMBERS) {
            assertThat(DurationMath.divide(longest, number)).isEqualTo(longest.dividedBy(number));
            assertThat(DurationMath.divide(shortest, number)).isLessThanOrEqualTo(shortest.dividedBy(number));
        }
    }

    @Test
    void multiply_moreThanADurationCanBe_isRefused() {
        assertThatThrownBy(() -> DurationMath.multiply(Duration.ofSeconds(Long.MAX_VALUE), 2))
                .isInstanceOf(ArithmeticException.class);
    }
}
