package io.keepalive.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The grammar: what it reads, what it refuses, and that it reads what it writes. */
class HeartbeatTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "defaults                            | ping-after=30s,answer-within=10s,strikes=3,beat-every=15s",
                "'  defaults '                       | ping-after=30s,answer-within=10s,strikes=3,beat-every=15s",
                "ping-after=2m                       | ping-after=120s,answer-within=10s,strikes=3,beat-every=60s",
                "' strikes = 5 , ping-after = 4s '   | ping-after=4s,answer-within=10s,strikes=5,beat-every=2s",
                "outliving=4m                        | ping-after=120s,answer-within=10s,strikes=3,beat-every=60s",
                "outliving=azure-load-balancer       | ping-after=120s,answer-within=10s,strikes=3,beat-every=60s",
                "ping-after=50s,outliving=4m         | ping-after=50s,answer-within=10s,strikes=3,beat-every=60s",
                "jitter=0%,read-pause=1h,write-stall=2h,pause-credit=0s,permit-ping-every=5s,beat-every=3s"
                        + "           | ping-after=30s,answer-within=10s,strikes=3,beat-every=3s,jitter=0%,"
                        + "read-pause=3600s,write-stall=7200s,pause-credit=0s,permit-ping-every=5s",
            })
    void reads(String text, String written) {
        assertThat(HeartbeatConfig.parse(text).toString()).startsWith(written);
    }

    @Test
    void words_areRead_andWritten() {
        HeartbeatConfig config = HeartbeatConfig.parse("must-support,one-way");
        assertThat(config.mustSupport()).isTrue();
        assertThat(config.isOneWay()).isTrue();
        assertThat(config.toString()).endsWith(",must-support,one-way");
        assertThat(HeartbeatConfig.parse("one-way").toString()).endsWith("=1s,one-way");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\"                    | '' (expected: ping-after, answer-within, strikes, beat-every, jitter, read-pause,"
                        + " write-stall, pause-credit, permit-ping-every, outliving; or the words must-support, one-way)",
                "strikes=3,            | '' (expected: ping-after",
                "pingafter=3s          | 'pingafter' (expected: ping-after",
                "defaults,strikes=2    | 'defaults' (expected: ping-after",
                "strikes=three         | strikes: 'three' (expected: 1 to 100)",
                "strikes               | strikes: '' (expected: 1 to 100)",
                "strikes=0             | strikes: 0 (expected: 1 to 100)",
                "jitter=10             | jitter: '10' (expected: 0% to 50%)",
                "jitter=x%             | jitter: 'x' (expected: 0% to 50%)",
                "jitter=51%            | jitter: 51 (expected: 0 to 50)",
                "ping-after=30         | ping-after: '30' (expected: a number and one of",
                "ping-after=9ms        | ping-after: 9ms (expected: 10ms to 86400s)",
                "must-support=yes      | must-support: 'yes' (expected: must-support alone, without a value)",
                "one-way=1             | one-way: '1' (expected: one-way alone, without a value)",
                "strikes=2,strikes=2   | strikes twice (expected: each setting once)",
                "one-way,one-way       | one-way twice (expected: each setting once)",
                "outliving=4m,outliving=5m | outliving twice (expected: each setting once)",
                "outliving=            | middlebox: ''",
                "outliving=my-router   | middlebox: 'my-router'",
                "outliving=4m,ping-after=121s | ping-after: 121s with outliving: 240s (expected: ping-after of at most 120s",
                "ping-after=121s,outliving=azure-load-balancer | ping-after: 121s with outliving: 240s",
                "outliving=4m,beat-every=121s | beat-every: 121s with outliving: 240s",
            })
    void refuses_namingTheWholeTextAndThePart(String text, String part) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HeartbeatConfig.parse(text))
                .withMessageStartingWith("heartbeat '" + text + "': " + part);
    }

    @Test
    void readsWhatItWrites_forRandomConfigurations() {
        for (int seed = 0; seed < 2_000; seed++) {
            HeartbeatConfig config = random(new Random(seed)).build();
            HeartbeatConfig read = HeartbeatConfig.parse(config.toString());
            assertThat(read).as("seed %s", seed).isEqualTo(config).hasToString(config.toString());
        }
    }

    static HeartbeatConfigBuilder random(Random random) {
        HeartbeatConfigBuilder builder = HeartbeatConfig.builder();
        if (random.nextBoolean()) {
            builder.outliving(duration(random, 8));
        } else {
            builder.pingAfter(duration(random, 1)).answerWithin(duration(random, 1));
        }
        if (random.nextBoolean()) {
            builder.strikes(1 + random.nextInt(100)).jitterPercent(random.nextInt(51));
        }
        if (random.nextBoolean()) {
            builder.readPause(duration(random, 1)).writeStall(duration(random, 1));
        }
        if (random.nextBoolean()) {
            builder.pauseCredit(duration(random, 1)).permitPingEvery(duration(random, 1));
        }
        if (random.nextBoolean()) {
            builder.mustSupport();
        }
        return random.nextBoolean() ? builder.oneWay() : builder;
    }

    /** Of any unit: from 10 ms to a day, times a factor. */
    private static Duration duration(Random random, int factor) {
        Duration duration = switch (random.nextInt(4)) {
            case 0 -> Duration.ofNanos(10_000_000L + random.nextInt(Integer.MAX_VALUE));
            case 1 -> Duration.ofMillis(10 + random.nextInt(1_000_000));
            case 2 -> Duration.ofSeconds(1 + random.nextInt(20_000));
            default -> Duration.ofMinutes(1 + random.nextInt(180));
        };
        return duration.multipliedBy(factor);
    }
}
