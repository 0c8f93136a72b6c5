package io.keepalive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The planner: known plans, that every plan answers what was asked, and that a refusal is the only other way out. */
class PlannerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // one question
                "outliving=4m                                       | idle=120s,interval=30s,count=8",
                "detect-within=2m                                   | idle=57s,interval=6s,count=8",
                "detect-within=1m                                   | idle=28s,interval=3s,count=8",
                "detect-within=10s                                  | idle=4s,interval=1s,count=4",
                "detect-within=2h                                   | idle=6159s,interval=30s,count=8",
                "detect-within=10d                                  | idle=32767s,interval=30s,count=8",
                "tolerating-lost-probes=2                           | count=8",
                // 120 s / 30 s / 8 is at most 406 s: up to there it stays
                "outliving=4m,detect-within=406s                    | idle=120s,interval=30s,count=8",
                "outliving=4m,detect-within=405s                    | idle=120s,interval=29s,count=8",
                "outliving=4m,detect-within=5m                      | idle=120s,interval=18s,count=8",
                "outliving=4m,detect-within=2m                      | idle=57s,interval=6s,count=8",
                "outliving=azure-load-balancer,detect-within=2m     | idle=57s,interval=6s,count=8",
                // 212 s * 1.125 + 0.5 s is at most 240 s: 120 + 30 n up to n = 3
                "outliving=4m,tolerating-lost-probes=3              | idle=120s,interval=30s,count=8",
                "outliving=4m,tolerating-lost-probes=4              | idle=120s,interval=23s,count=8",
                "outliving=4m,tolerating-lost-probes=20             | idle=120s,interval=4s,count=21",
                "outliving=4m,tolerating-lost-probes=126            | idle=86s,interval=1s,count=127",
                // explicit values stay
                "outliving=4m,detect-within=2m,idle=45s             | idle=45s,interval=7s,count=8",
                "outliving=4m,detect-within=2m,count=3              | idle=54s,interval=17s,count=3",
                "detect-within=2m,interval=30s                      | idle=75s,interval=30s,count=1",
                "detect-within=2m,interval=30s,tolerating-lost-probes=2 | idle=15s,interval=30s,count=3",
                "idle=500ms,detect-within=1m                        | idle=500ms,interval=6s,count=8",
                "idle=40000s,interval=9s,count=200,detect-within=1d | idle=40000s,interval=9s,count=200",
                // user timeouts
                "detect-within=1m,user-timeout=30s                  | idle=49s,interval=3s,count=8,user-timeout=30s",
                "outliving=4m,tolerating-lost-probes=2,user-timeout=30s | idle=16s,interval=5s,count=8,user-timeout=30s",
                "outliving=4m,tolerating-lost-probes=7,user-timeout=auto | idle=120s,interval=13s,count=10,user-timeout=auto",
            })
    void plans(String asked, String planned) {
        assertThat(KeepAlive.parse(asked)).hasToString(planned);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "outliving=4m,idle=4m              | outliving: 240s, idle: 240s | outliving=271s would do, or leave idle out",
                "outliving=4m,detect-within=20s,idle=60s | outliving: 240s, detect-within: 20s, idle: 60s"
                        + " | detect-within=70s would do, or leave idle out",
                "detect-within=20s,count=30        | detect-within: 20s, count: 30 | detect-within=36s would do, or leave count out",
                "outliving=10s,tolerating-lost-probes=20 | outliving: 10s, tolerating-lost-probes: 20"
                        + " | outliving=25s or tolerating-lost-probes=7 would do",
                "count=2,tolerating-lost-probes=3  | tolerating-lost-probes: 3, count: 2"
                        + " | tolerating-lost-probes=1 would do, or leave count out",
                "idle=1s,interval=1s,count=3,user-timeout=30s,detect-within=10s"
                        + " | detect-within: 10s, idle: 1s, interval: 1s, count: 3, user-timeout: 30s"
                        + " | detect-within=35s would do, or leave user-timeout out",
                "outliving=4m,idle=4m,detect-within=9s,interval=9s,count=9,tolerating-lost-probes=9"
                        + " | outliving: 240s, detect-within: 9s, tolerating-lost-probes: 9, idle: 240s, interval: 9s, count: 9"
                        + " | change more than one of them",
            })
    void refusals_nameAllValues_andWhatWouldDo(String asked, String values, String remedy) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeepAlive.parse(asked))
                .withMessage("keepalive policy '" + asked + "': " + values
                        + " (expected: values that one policy can meet in whole seconds, with kernel timers up to an"
                        + " eighth late; " + remedy + ")");
    }

    @ParameterizedTest
    @CsvSource({
        "'outliving=271s,idle=4m', 'outliving=270s,idle=4m'",
        "'detect-within=70s,idle=60s', 'detect-within=69s,idle=60s'",
        "'detect-within=36s,count=30', 'detect-within=35s,count=30'",
        "'outliving=25s,tolerating-lost-probes=20', 'outliving=24s,tolerating-lost-probes=20'",
        "'outliving=10s,tolerating-lost-probes=7', 'outliving=10s,tolerating-lost-probes=8'",
    })
    void whatWouldDo_does_andNothingLess(String enough, String tooLittle) {
        assertThat(KeepAlive.parse(enough)).isNotNull();
        assertThatIllegalArgumentException().isThrownBy(() -> KeepAlive.parse(tooLittle));
    }

    @Test
    void lostProbes_withAUserTimeoutAndUnknownTimes_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeepAlive.parse("tolerating-lost-probes=2,user-timeout=30s,idle=9s"))
                .withMessageContaining(
                        "tolerating-lost-probes: 2, idle: 9s, user-timeout: 30s (expected: idle and interval");
    }

    @Test
    void extremes_areAnsweredOrRefused() {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
        Duration longest = Duration.ofSeconds(Integer.MAX_VALUE);

        assertThat(KeepAlive.builder().outliving(forEver).detectWithin(forEver).build())
                .hasToString("idle=32767s,interval=30s,count=8");
        KeepAliveBuilder greatest =
                KeepAlive.builder().idle(longest).interval(longest).count(Integer.MAX_VALUE);
        assertThat(greatest.toleratingLostProbes(126)
                        .detectWithin(forEver)
                        .outliving(forEver)
                        .build())
                .isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> greatest.userTimeoutAuto().build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> greatest.detectWithin(Duration.ofSeconds(9)).build());
    }

    @Test
    void anyCombination_isAnsweredInFull_orRefused() {
        long seed = System.nanoTime();
        System.out.println("PlannerTest seed " + seed);
        Random random = new Random(seed);
        int answered = 0;
        int combinations = 20_000;
        for (int i = 0; i < combinations; i++) {
            Asked asked = Asked.random(random, 10_000);
            String what = "seed " + seed + ", combination " + i + ": " + asked;
            try {
                asked.check(asked.build(), what);
                answered++;
            } catch (IllegalArgumentException e) {
                assertThat(e).as(what).hasMessageContaining("(expected: ");
            }
        }
        assertThat(answered).as("seed %d", seed).isBetween(combinations / 20, combinations * 19 / 20);
    }

    /** Small values, so that all the policies can be tried: there is none that the planner overlooks. */
    @Test
    void aRefusal_isNeverWrong() {
        long seed = System.nanoTime();
        System.out.println("PlannerTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            Asked asked = Asked.random(random, 25);
            try {
                asked.build();
            } catch (IllegalArgumentException e) {
                assertThat(asked.bruteForce())
                        .as("seed %d, combination %d: %s refused with %s", seed, i, asked, e.getMessage())
                        .isNull();
            }
        }
    }

    /** A combination of values and questions. */
    private record Asked(
            @Nullable Duration idle,
            @Nullable Duration interval,
            @Nullable Integer count,
            @Nullable Duration userTimeout,
            boolean auto,
            @Nullable Duration outliving,
            @Nullable Duration detectWithin,
            @Nullable Integer lostProbes) {

        static Asked random(Random random, int seconds) {
            boolean auto = random.nextInt(5) == 0;
            boolean times = random.nextInt(8) > 0;
            return new Asked(
                    random.nextInt(3) == 0 ? duration(random, 1, seconds) : null,
                    random.nextInt(4) == 0 ? duration(random, 1, Math.min(seconds, 40)) : null,
                    random.nextInt(4) == 0 ? Integer.valueOf(1 + random.nextInt(20)) : null,
                    !auto && random.nextInt(5) == 0 ? duration(random, 1, seconds) : null,
                    auto,
                    times && random.nextBoolean() ? duration(random, 3_000, seconds) : null,
                    times && random.nextBoolean() ? duration(random, 3_250, seconds) : null,
                    random.nextBoolean() ? Integer.valueOf(random.nextInt(random.nextBoolean() ? 5 : 30)) : null);
        }

        private static Duration duration(Random random, int leastMillis, int seconds) {
            int whole = 1 + random.nextInt(random.nextBoolean() ? seconds : Math.min(seconds, 300));
            int millis = random.nextBoolean() ? whole * 1000 : whole * 1000 - random.nextInt(1000);
            return Duration.ofMillis(Math.max(leastMillis, millis));
        }

        KeepAlive build() {
            KeepAliveBuilder builder = KeepAlive.builder();
            if (outliving != null) {
                builder.outliving(outliving);
            }
            if (detectWithin != null) {
                builder.detectWithin(detectWithin);
            }
            if (lostProbes != null) {
                builder.toleratingLostProbes(lostProbes);
            }
            return explicit(builder, idle, interval, count);
        }

        private KeepAlive explicit(
                KeepAliveBuilder builder,
                @Nullable Duration idle,
                @Nullable Duration interval,
                @Nullable Integer count) {
            if (idle != null) {
                builder.idle(idle);
            }
            if (interval != null) {
                builder.interval(interval);
            }
            if (count != null) {
                builder.count(count);
            }
            if (userTimeout != null) {
                builder.userTimeout(userTimeout);
            }
            return auto ? builder.userTimeoutAuto().build() : builder.build();
        }

        void check(KeepAlive policy, String what) {
            assertThat(isAnsweredBy(policy)).as("%s -> %s", what, policy).isTrue();
            assertThat(idle == null || idle.equals(policy.idle().orElseThrow()))
                    .as(what)
                    .isTrue();
            assertThat(interval == null || interval.equals(policy.interval().orElseThrow()))
                    .as(what)
                    .isTrue();
            assertThat(count == null || count == policy.count().orElseThrow())
                    .as(what)
                    .isTrue();
            assertThat(idle != null || policy.idle().stream().allMatch(d -> d.toSeconds() <= 32_767))
                    .as(what)
                    .isTrue();
            assertThat(count != null || policy.count().stream().allMatch(n -> n <= 127))
                    .as(what)
                    .isTrue();
            assertThat(KeepAlive.parse(policy.toString())).as(what).isEqualTo(policy);
        }

        /** By the policy's own answers. */
        private boolean isAnsweredBy(KeepAlive policy) {
            int lost = lostProbes == null ? 0 : lostProbes;
            if (outliving != null && (!policy.outlives(outliving) || policy.probesWithin(outliving) <= lost)) {
                return false;
            }
            if (detectWithin != null
                    && policy.detectionTimeAtMost().orElseThrow().compareTo(detectWithin) > 0) {
                return false;
            }
            return lostProbes == null
                    || (policy.toleratedLostProbes().orElseThrow() >= lost
                            && policy.count().orElseThrow() > lost);
        }

        /** A policy that answers everything, found by trying them all; null if there is none. */
        @Nullable
        KeepAlive bruteForce() {
            boolean plansTimes = outliving != null || detectWithin != null;
            if (!plansTimes && (lostProbes == null || idle == null || interval == null)) {
                return null; // not everything is the planner's
            }
            for (int i = 1; i <= (idle == null ? 30 : 1); i++) {
                for (int v = 1; v <= (interval == null ? 30 : 1); v++) {
                    for (int c = 1; c <= (count == null ? 40 : 1); c++) {
                        KeepAlive policy = explicit(
                                KeepAlive.builder(),
                                idle == null ? Duration.ofSeconds(i) : idle,
                                interval == null ? Duration.ofSeconds(v) : interval,
                                count == null ? Integer.valueOf(c) : count);
                        if (isAnsweredBy(policy)) {
                            return policy;
                        }
                    }
                }
            }
            return null;
        }
    }
}
