package io.keepalive.micrometer;

import io.keepalive.heartbeat.HeartbeatObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** Records what heartbeats measure, on their threads: a few atomic additions each. */
final class HeartbeatMeters implements HeartbeatObserver {
    /** From a data centre to a satellite; the default PONG timeouts are above. */
    private static final Duration[] BUCKETS = LongStream.of(
                    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final Timer roundTrips;
    private final Counter missedPongs;
    private final Timer localPauses;

    HeartbeatMeters(MeterRegistry registry, Tags tags) {
        roundTrips = Timer.builder("keepalive.heartbeat.rtt")
                .description("Time from a PING to its PONG")
                .tags(tags)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        missedPongs = Counter.builder("keepalive.heartbeat.pongs.missed")
                .description("PINGs that were not answered in time")
                .tags(tags)
                .register(registry);
        localPauses = Timer.builder("keepalive.heartbeat.local.pauses")
                .description("How late ticks of heartbeats were because this process did not run")
                .tags(tags)
                .register(registry);
    }

    @Override
    public void onRoundTrip(long rttNanos) {
        roundTrips.record(rttNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void onPongMissed() {
        missedPongs.increment();
    }

    @Override
    public void onLocalPause(long lateNanos) {
        localPauses.record(lateNanos, TimeUnit.NANOSECONDS);
    }
}
