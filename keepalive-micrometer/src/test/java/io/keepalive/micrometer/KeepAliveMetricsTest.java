package io.keepalive.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.sun.net.httpserver.HttpServer;
import io.keepalive.KeepAlive;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.socket.KeepAliveStatistics;
import io.keepalive.socket.SocketKeeper;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeepAliveMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final KeepAliveMetrics metrics = new KeepAliveMetrics(Tags.of("application", "test"));

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void bindTo_socketsKeptAndFailed_countsBothByKind() throws Exception {
        metrics.bindTo(registry);
        keep("idle=11s,count=4"); // so that the kind exists
        double kept = sockets("Socket", "kept");
        double failed = sockets("Socket", "failed");

        keep("idle=11s,count=4");
        keep("idle=11s,count=4");
        keep("idle=40000s");

        assertThat(sockets("Socket", "kept") - kept).isEqualTo(2);
        assertThat(sockets("Socket", "failed") - failed).isEqualTo(1);
    }

    @Test
    void bindTo_kindAppearsLater_registersItsCounters() throws Exception {
        metrics.bindTo(registry);
        try (SocketChannel channel = SocketChannel.open()) {
            SocketKeeper.of(KeepAlive.defaults()).keep(channel);
        }

        assertThat(sockets("SocketChannel", "kept")).isPositive();
    }

    @Test
    void bindTo_connectionLost_countsItsCause() {
        metrics.bindTo(registry);
        double before = losses("heartbeat_timeout");

        lose();

        assertThat(losses("heartbeat_timeout") - before).isEqualTo(1);
    }

    @Test
    void bindTo_optionRejected_countsItsOutcome() throws Exception {
        metrics.bindTo(registry);
        double before = options("rejected");

        keep("idle=40000s");

        assertThat(options("rejected") - before).isEqualTo(1);
    }

    @Test
    void bindTo_pongs_recordsRoundTripTimesAndMissedPongs() {
        metrics.bindTo(registry);

        Conversation conversation = new Conversation();
        conversation.pingAnsweredAfter(Duration.ofMillis(7));
        conversation.pingUnanswered();

        assertThat(registry.get("keepalive.heartbeat.rtt").timer().count()).isEqualTo(1);
        assertThat(registry.get("keepalive.heartbeat.rtt").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(7, offset(0.001));
        assertThat(registry.get("keepalive.heartbeat.pongs.missed").counter().count())
                .isEqualTo(1);
    }

    @Test
    void bindTo_lateTick_recordsTheLocalPause() {
        metrics.bindTo(registry);

        new Conversation().pause(Duration.ofSeconds(20));

        assertThat(registry.get("keepalive.heartbeat.local.pauses").timer().count())
                .isEqualTo(1);
        assertThat(registry.get("keepalive.heartbeat.local.pauses").timer().totalTime(TimeUnit.SECONDS))
                .isBetween(19.0, 20.0);
    }

    @Test
    void close_laterPongs_areNotRecorded() {
        metrics.bindTo(registry);
        metrics.close();

        new Conversation().pingAnsweredAfter(Duration.ofMillis(7));

        assertThat(registry.get("keepalive.heartbeat.rtt").timer().count()).isZero();
    }

    @Test
    void scrape_prometheus_hasEveryMeterWithLowCardinality() throws Exception {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        metrics.bindTo(prometheus);
        keep("idle=11s,count=4");
        lose();
        Conversation conversation = new Conversation();
        conversation.pingAnsweredAfter(Duration.ofMillis(7));
        conversation.pingUnanswered();

        String page = scrape(prometheus);

        assertThat(page)
                .containsPattern(
                        "(?m)^keepalive_sockets_total\\{application=\"test\",kind=\"Socket\",result=\"kept\"} [1-9]")
                .containsPattern("(?m)^keepalive_options_total\\{application=\"test\",outcome=\"applied\"} [1-9]")
                .containsPattern(
                        "(?m)^keepalive_losses_total\\{application=\"test\",cause=\"heartbeat_timeout\"} [1-9]")
                .contains("keepalive_heartbeat_rtt_seconds_bucket{application=\"test\",le=\"0.005\"} 0")
                .contains("keepalive_heartbeat_rtt_seconds_bucket{application=\"test\",le=\"0.01\"} 1")
                .contains("keepalive_heartbeat_rtt_seconds_count{application=\"test\"} 1")
                .contains("keepalive_heartbeat_pongs_missed_total{application=\"test\"} 1.0")
                .contains("keepalive_heartbeat_local_pauses_seconds_count{application=\"test\"} 0");
        assertThat(page.lines().filter(line -> line.startsWith("keepalive_")).count())
                .isLessThan(80);
    }

    private static String scrape(PrometheusMeterRegistry registry) throws IOException, InterruptedException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            byte[] body = registry.scrape().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            URI page = URI.create("http://localhost:" + server.getAddress().getPort() + "/metrics");
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } finally {
            server.stop(0);
        }
    }

    private static void keep(String policy) throws IOException {
        try (Socket socket = new Socket()) {
            SocketKeeper.of(KeepAlive.parse(policy)).keep(socket);
        }
    }

    private static void lose() {
        ConnectionLoss loss = new ConnectionLoss(LossCause.HEARTBEAT_TIMEOUT, Confidence.HIGH, "2 PINGs unanswered");
        KeepAliveStatistics.get().connectionLost(new ConnectionLostException(loss, null));
    }

    private double sockets(String kind, String result) {
        return registry.get("keepalive.sockets")
                .tags("kind", kind, "result", result)
                .functionCounter()
                .count();
    }

    private double losses(String cause) {
        return registry.get("keepalive.losses")
                .tag("cause", cause)
                .functionCounter()
                .count();
    }

    private double options(String outcome) {
        return registry.get("keepalive.options")
                .tag("outcome", outcome)
                .functionCounter()
                .count();
    }
}
