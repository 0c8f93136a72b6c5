/** The command {@code keepalive}. A program, not an API: nothing is exported. */
@SuppressWarnings("requires-automatic") // Prometheus's jars name their modules in the manifest only
module io.keepalive.cli {
    requires com.google.gson;
    requires info.picocli;
    requires io.keepalive.core;
    requires io.keepalive.lab;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires java.management;
    requires jdk.httpserver;
    requires jdk.management;
    requires static org.jspecify;

    opens io.keepalive.cli to
            info.picocli;
    opens io.keepalive.cli.relay to
            info.picocli;
}
