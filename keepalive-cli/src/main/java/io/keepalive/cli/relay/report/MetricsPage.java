package io.keepalive.cli.relay.report;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.keepalive.cli.relay.engine.Side;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves the counters at {@code /metrics} in Prometheus's text format. */
public final class MetricsPage implements AutoCloseable {
    private static final PrometheusTextFormatWriter WRITER = PrometheusTextFormatWriter.builder()
            .setIncludeCreatedTimestamps(false)
            .build();

    private final Counters counters;
    private final Log log;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "relay-metrics");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Starts to serve.
     *
     * @throws IOException if the address can't be bound
     */
    public MetricsPage(InetSocketAddress address, Counters counters, Log log) throws IOException {
        this.counters = counters;
        this.log = log;
        server = HttpServer.create(address, 16);
        server.createContext("/metrics", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** The address that it listens on. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals("/metrics")) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            ByteArrayOutputStream page = new ByteArrayOutputStream();
            WRITER.write(page, snapshots());
            exchange.getResponseHeaders().set("Content-Type", WRITER.getContentType());
            exchange.sendResponseHeaders(200, page.size());
            exchange.getResponseBody().write(page.toByteArray());
        }
    }

    private MetricSnapshots snapshots() {
        return MetricSnapshots.builder()
                .metricSnapshot(gauge("keepalive_relay_connections", "Open relayed connections", counters.open()))
                .metricSnapshot(CounterSnapshot.builder()
                        .name("keepalive_relay_accepted")
                        .help("Accepted connections")
                        .dataPoint(point(Labels.EMPTY, (double) counters.accepted()))
                        .build())
                .metricSnapshot(refused())
                .metricSnapshot(ended())
                .metricSnapshot(bytes())
                .metricSnapshot(gauge(
                        "keepalive_relay_longest_silence_seconds",
                        "Longest silence that a connection has survived; updated when it ends",
                        counters.longestSilenceNanos() / 1e9))
                .metricSnapshot(CounterSnapshot.builder()
                        .name("keepalive_relay_log_lines_lost")
                        .help("Log lines that could not be written")
                        .dataPoint(point(Labels.EMPTY, (double) log.lostLines()))
                        .build())
                .build();
    }

    private static GaugeSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build();
    }

    private static CounterDataPointSnapshot point(Labels labels, double value) {
        return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private CounterSnapshot refused() {
        CounterSnapshot.Builder refused =
                CounterSnapshot.builder().name("keepalive_relay_refused").help("Refused connections");
        for (Counters.Refusal why : Counters.Refusal.values()) {
            refused.dataPoint(
                    point(Labels.of("reason", why.name().toLowerCase(Locale.ROOT)), (double) counters.refusedFor(why)));
        }
        return refused.build();
    }

    private CounterSnapshot ended() {
        CounterSnapshot.Builder ended =
                CounterSnapshot.builder().name("keepalive_relay_ended").help("Ended connections");
        counters.ended()
                .forEach((key, count) -> ended.dataPoint(
                        point(Labels.of("by", key.by(), "how", key.how(), "cause", key.cause()), count)));
        return ended.build();
    }

    private CounterSnapshot bytes() {
        CounterSnapshot.Builder bytes =
                CounterSnapshot.builder().name("keepalive_relay_bytes").help("Bytes read from a side");
        for (Side side : Side.values()) {
            bytes.dataPoint(point(Labels.of("from", side.word()), (double) counters.bytesFrom(side)));
        }
        return bytes.build();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
