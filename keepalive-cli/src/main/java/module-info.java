/** The command {@code keepalive}. A program, not an API: nothing is exported. */
@SuppressWarnings("requires-automatic") // the Prometheus writer has no module descriptor
module io.keepalive.cli {
    requires com.google.gson;
    requires info.picocli;
    requires io.keepalive.core;
    requires io.keepalive.lab;
    requires io.keepalive.nio;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires java.management;
    requires jdk.httpserver;
    requires jdk.management;
    requires jdk.net;
    requires static org.jspecify;

    opens io.keepalive.cli to
            info.picocli;
    opens io.keepalive.cli.advise to
            info.picocli;
    opens io.keepalive.cli.doctor to
            info.picocli;
    opens io.keepalive.cli.keep to
            info.picocli;
    opens io.keepalive.cli.policy to
            info.picocli;
    opens io.keepalive.cli.probe to
            info.picocli;
    opens io.keepalive.cli.relay to
            info.picocli;
    opens io.keepalive.cli.watch to
            info.picocli;
}
