package io.keepalive.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.loss.LossCause;
import io.keepalive.socket.Outcome;
import io.keepalive.socket.SocketKeeper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard and the alerts name nothing that a real text page does not have. */
class MonitoringFilesTest {
    private static final Path FOLDER = Path.of("..", "docs", "monitoring");
    private static final Pattern METRIC = Pattern.compile("keepalive_[a-z_]+");
    private static final Pattern SELECTED =
            Pattern.compile("\\b(cause|outcome|result)\\W{1,2}=?~?\\\\?\"([a-z_|]+)\\\\?\"");

    @ParameterizedTest
    @ValueSource(strings = {"grafana-dashboard.json", "prometheus-alerts.yml"})
    void everyMetric_isOnARealPage(String file) throws IOException {
        Set<String> onPage = page().lines()
                .filter(line -> line.startsWith("keepalive_"))
                .map(line -> line.replaceAll("[{ ].*", ""))
                .collect(Collectors.toSet());

        Set<String> used = new TreeSet<>();
        Matcher metric = METRIC.matcher(Files.readString(FOLDER.resolve(file)));
        while (metric.find()) {
            used.add(metric.group());
        }

        assertThat(used).isNotEmpty().isSubsetOf(onPage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"grafana-dashboard.json", "prometheus-alerts.yml"})
    void everySelectedTagValue_exists(String file) throws IOException {
        Set<String> values = Stream.<Enum<?>>concat(Stream.of(LossCause.values()), Stream.of(Outcome.values()))
                .map(KeepAliveMetrics::text)
                .collect(Collectors.toSet());
        values.addAll(List.of("kept", "unchanged", "failed"));

        Set<String> used = new TreeSet<>();
        Matcher selected = SELECTED.matcher(Files.readString(FOLDER.resolve(file)));
        while (selected.find()) {
            used.addAll(List.of(selected.group(2).split("\\|")));
        }

        assertThat(used).isNotEmpty().isSubsetOf(values);
    }

    private static String page() throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (KeepAliveMetrics metrics = new KeepAliveMetrics();
                Socket socket = new Socket()) {
            metrics.bindTo(registry);
            SocketKeeper.of(KeepAlive.defaults()).keep(socket);
            return registry.scrape();
        }
    }
}
