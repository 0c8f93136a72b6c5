package io.keepalive.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Registers the counters of a kind of socket when the first one appears: most programs have one or two kinds. */
final class SocketMeters implements Consumer<String> {
    private static final List<String> RESULTS = List.of("KEPT", "UNCHANGED", "FAILED");

    private final MeterRegistry registry;
    private final Tags tags;

    SocketMeters(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
    }

    @Override
    public void accept(String kind) {
        for (String result : RESULTS) {
            KeepAliveMetrics.counter(
                            "keepalive.sockets",
                            tags.and("kind", kind, "result", result.toLowerCase(Locale.ROOT)),
                            statistics -> KeepAliveMetrics.count(statistics, kind, result))
                    .description("Sockets that a keepalive policy was applied to")
                    .register(registry);
        }
    }
}
