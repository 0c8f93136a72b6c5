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
                "defaults                            | ping-idle=30s,pong-timeout=10s,max-missed-pongs=3,beat-interval=15s",
                "'  defaults '                       | ping-idle=30s,pong-timeout=10s,max-missed-pongs=3,beat-interval=15s",
                "ping-idle=2m                       | ping-idle=120s,pong-timeout=10s,max-missed-pongs=3,beat-interval=60s",
                "' max-missed-pongs = 5 , ping-idle = 4s '   | ping-idle=4s,pong-timeout=10s,max-missed-pongs=5,beat-interval=2s",
                "outliving=4m                        | ping-idle=120s,pong-timeout=10s,max-missed-pongs=3,beat-interval=60s",
                "outliving=azure-load-balancer       | ping-idle=120s,pong-timeout=10s,max-missed-pongs=3,beat-interval=60s",
                "ping-idle=50s,outliving=4m         | ping-idle=50s,pong-timeout=10s,max-missed-pongs=3,beat-interval=60s",
                "jitter=0%,read-pause-timeout=1h,write-stall-timeout=2h,local-pause-allowance=0s,min-ping-interval=5s,beat-interval=3s"
                        + "           | ping-idle=30s,pong-timeout=10s,max-missed-pongs=3,beat-interval=3s,jitter=0%,"
                        + "read-pause-timeout=3600s,write-stall-timeout=7200s,close-timeout=120s,local-pause-allowance=0s,min-ping-interval=5s",
            })
    void reads(String text, String written) {
        assertThat(HeartbeatConfig.parse(text).toString()).startsWith(written);
    }

    @Test
    void words_areRead_andWritten() {
        HeartbeatConfig config = HeartbeatConfig.parse("require-heartbeats,one-way");
        assertThat(config.requireHeartbeats()).isTrue();
        assertThat(config.isOneWay()).isTrue();
        assertThat(config.toString()).endsWith(",require-heartbeats,one-way");
        assertThat(HeartbeatConfig.parse("one-way").toString()).endsWith("=1s,one-way");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\"                    | '' (expected: ping-idle, pong-timeout, max-missed-pongs, beat-interval, jitter, read-pause-timeout,"
                        + " write-stall-timeout, close-timeout, local-pause-allowance, min-ping-interval, outliving; or the words require-heartbeats, one-way)",
                "max-missed-pongs=3,            | '' (expected: ping-idle",
                "pingafter=3s          | 'pingafter' (expected: ping-idle",
                "defaults,max-missed-pongs=2    | 'defaults' (expected: ping-idle",
                "max-missed-pongs=three         | max-missed-pongs: 'three' (expected: 1 to 100)",
                "max-missed-pongs               | max-missed-pongs: '' (expected: 1 to 100)",
                "max-missed-pongs=0             | max-missed-pongs: 0 (expected: 1 to 100)",
                "jitter=10             | jitter: '10' (expected: 0% to 50%)",
                "jitter=x%             | jitter: 'x' (expected: 0% to 50%)",
                "jitter=51%            | jitter: 51 (expected: 0 to 50)",
                "ping-idle=30         | ping-idle: '30' (expected: a number and one of",
                "ping-idle=9ms        | ping-idle: 9ms (expected: 10ms to 86400s)",
                "require-heartbeats=yes      | require-heartbeats: 'yes' (expected: require-heartbeats alone, without a value)",
                "one-way=1             | one-way: '1' (expected: one-way alone, without a value)",
                "max-missed-pongs=2,max-missed-pongs=2   | max-missed-pongs twice (expected: each setting once)",
                "one-way,one-way       | one-way twice (expected: each setting once)",
                "outliving=4m,outliving=5m | outliving twice (expected: each setting once)",
                "outliving=            | middlebox: ''",
                "outliving=my-router   | middlebox: 'my-router'",
                "outliving=4m,ping-idle=121s | ping-idle: 121s with outliving: 240s (expected: ping-idle of at most 120s",
                "ping-idle=121s,outliving=azure-load-balancer | ping-idle: 121s with outliving: 240s",
                "outliving=4m,beat-interval=121s | beat-interval: 121s with outliving: 240s",
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
            builder.pingIdle(duration(random, 1)).pongTimeout(duration(random, 1));
        }
        if (random.nextBoolean()) {
            builder.maxMissedPongs(1 + random.nextInt(100)).jitterPercent(random.nextInt(51));
        }
        if (random.nextBoolean()) {
            builder.readPauseTimeout(duration(random, 1)).writeStallTimeout(duration(random, 1));
        }
        if (random.nextBoolean()) {
            builder.localPauseAllowance(duration(random, 1)).minPingInterval(duration(random, 1));
        }
        if (random.nextBoolean()) {
            builder.requireHeartbeats();
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
