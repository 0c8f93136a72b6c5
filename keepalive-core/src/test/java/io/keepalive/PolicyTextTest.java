package io.keepalive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar: what it takes, what it refuses, and that nothing is lost in between. */
class PolicyTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "defaults                                | idle=30s,interval=5s,count=6",
                "on                                      | on",
                "off                                     | off",
                "idle=2m                                 | idle=120s",
                "idle = 120 s , interval=30s,count = 8   | idle=120s,interval=30s,count=8",
                "count=8,idle=1h                         | idle=3600s,count=8",
                "idle=500ms,interval=250us               | idle=500ms,interval=250us",
                "idle=1500ns                             | idle=1500ns",
                "user-timeout=30s                        | user-timeout=30s",
                "outliving=4m                            | idle=120s,interval=30s,count=8",
                "outliving=azure-load-balancer           | idle=120s,interval=30s,count=8",
                "outliving=4m,count=3,user-timeout=auto  | idle=120s,interval=30s,count=3,user-timeout=auto",
                "outliving=4m,detect-within=2m           | idle=57s,interval=6s,count=8",
                "tolerating-lost-probes=2,outliving=4m   | idle=120s,interval=30s,count=8",
                "tolerating-lost-probes=9                | count=10",
                "idle=1d                                 | idle=86400s",
            })
    void parse_thenToString_isCanonical(String text, String canonical) {
        KeepAlive policy = KeepAlive.parse(text);

        assertThat(policy).hasToString(canonical);
        assertThat(KeepAlive.parse(policy.toString())).isEqualTo(policy);
    }

    @Test
    void parse_ofToString_isTheSamePolicy_whateverThePolicy() {
        Random random = new Random(42);
        for (int i = 0; i < 10_000; i++) {
            KeepAlive policy = random(random);
            assertThat(KeepAlive.parse(policy.toString())).as(policy.toString()).isEqualTo(policy);
        }
    }

    private static KeepAlive random(Random random) {
        KeepAliveBuilder builder = KeepAlive.builder();
        if (random.nextBoolean()) {
            builder.idle(randomDuration(random));
        }
        if (random.nextBoolean()) {
            builder.interval(randomDuration(random));
        }
        if (random.nextBoolean()) {
            builder.count(1 + random.nextInt(200));
        }
        if (random.nextBoolean()) {
            builder.userTimeout(randomDuration(random));
        }
        return builder.build();
    }

    private static Duration randomDuration(Random random) {
        long[] units = {1, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000L};
        return Duration.ofNanos((1 + random.nextInt(10_000)) * units[random.nextInt(units.length)]);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "idle=120            | idle: '120' (expected: a number and one of ns, us, ms, s, m, h, d: 120s",
                "idle=120            | a number without a unit is not taken",
                "idle=               | idle: ''",
                "idle=1.5s           | idle: '1.5s'",
                "idle=-1s            | idle: '-1s'",
                "idle=0s             | idle: 0s (expected: more than 0",
                "idle=1s,idle=2s     | idle twice (expected: each setting once)",
                "idel=1s             | 'idel' (expected: idle, interval, count, user-timeout, outliving",
                "idle=1s,            | '' (expected: key=value",
                "idle                | 'idle' (expected: key=value",
                "off,idle=1s         | 'off' (expected: key=value",
                "count=0             | count: 0 (expected: at least 1)",
                "count=many          | count: 'many' (expected: a whole number of at least 1)",
                "count=99999999999   | count: '99999999999'",
                "idle=99999999999d   | idle: 8639999999913600s (expected: more than 0, at most 2147483647s",
                "idle=9999999999999999999s | idle: '9999999999999999999s'",
                "user-timeout=auto   | user-timeout: auto with idle: unset",
                "detect-within=3s    | detect-within: 3s (expected: at least 3250ms",
                "detect-within=120   | detect-within: '120' (expected: a number and one of",
                "tolerating-lost-probes=few | tolerating-lost-probes: 'few' (expected: a whole number of at least 0)",
                "tolerating-lost-probes=127 | tolerating-lost-probes: 127 (expected: 0 to 126",
                "outliving=4m,detect-within=20s,idle=60s | outliving: 240s, detect-within: 20s, idle: 60s (expected: ",
                "outliving=1s        | outliving: 1s (expected: at least 3s",
                "outliving=my-router | middlebox: 'my-router' (expected: a duration such as 4m, or one of azure-",
                "outliving=haproxy   | refreshed by payload only",
            })
    void parse_badText_isRefusedWithNameValueAndExpectation(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeepAlive.parse(text))
                .withMessageStartingWith("keepalive policy '" + text + "': ")
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "=", "==", "idle==1s", "ON", "Off", "idle=1S", "idle:1s", "\u0661s"})
    void parse_rubbish_isRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> KeepAlive.parse(text));
    }
}
