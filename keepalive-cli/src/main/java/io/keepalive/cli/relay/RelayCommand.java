package io.keepalive.cli.relay;

import io.keepalive.KeepAlive;
import io.keepalive.cli.option.CidrBlock;
import io.keepalive.cli.option.DurationConverter;
import io.keepalive.cli.option.HostPort;
import io.keepalive.cli.relay.io.Relay;
import io.keepalive.cli.relay.io.RelaySettings;
import io.keepalive.cli.relay.io.Route;
import io.keepalive.cli.relay.proxy.ProxyHeader;
import io.keepalive.cli.relay.report.Counters;
import io.keepalive.cli.relay.report.Log;
import io.keepalive.cli.relay.report.MetricsPage;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keepalive relay}. */
@Command(
        name = "relay",
        description = {
            "Carries TCP connections of any program, unchanged, and keeps both legs alive through boxes that forget"
                    + " idle connections. Has no idle timeout of its own. docs/relay.md has the details."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:stopped by a signal, all connections had ended",
            "1:it could not start; the message says why",
            "2:wrong usage",
            "3:stopped by a signal, connections that outlived --drain were reset"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class RelayCommand implements Callable<Integer> {
    private static final String POLICY = "outliving=4m,user-timeout=auto";

    @Mixin
    private RouteOptions routes = new RouteOptions();

    @Option(
            names = "--policy",
            paramLabel = "POLICY",
            defaultValue = POLICY,
            description = "TCP keepalive of both legs; default: ${DEFAULT-VALUE}")
    private String policy = POLICY;

    @Option(
            names = "--client-policy",
            paramLabel = "POLICY",
            description = "TCP keepalive of the legs to clients; default: that of --policy")
    private @Nullable String clientPolicy;

    @Option(
            names = "--allow",
            paramLabel = "CIDR",
            converter = CidrBlock.Converter.class,
            description = "where clients may come from, for example 10.0.0.0/8; may be repeated; default: anywhere that"
                    + " can reach --listen")
    private List<CidrBlock> allow = new ArrayList<>();

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "more are refused; default: half of the descriptors that this process may open")
    private @Nullable Integer maxConnections;

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "for the look-up and all addresses of a target together; default: ${DEFAULT-VALUE}")
    private Duration connectTimeout = Duration.ofSeconds(10);

    @Option(names = "--accept-proxy", description = "clients send a PROXY header (v1 or v2), others are refused")
    private boolean acceptProxy;

    @Option(names = "--send-proxy", paramLabel = "v1|v2", description = "send a PROXY header to targets")
    private @Nullable String sendProxy;

    @Mixin
    private FramingOptions framing = new FramingOptions();

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "how long open connections may go on after SIGTERM or SIGINT; a second signal ends them at"
                    + " once; default: ${DEFAULT-VALUE}")
    private Duration drain = Duration.ofSeconds(30);

    @Option(names = "--json", description = "log JSON, an object a line")
    private boolean json;

    @Option(
            names = "--metrics",
            paramLabel = "[HOST:]PORT",
            description = "serve /metrics in Prometheus's format; without a host on loopback only")
    private @Nullable String metrics;

    @Option(names = "--threads", paramLabel = "N", description = "selector loops; default: one for each processor")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--buffer-memory",
            paramLabel = "MIB",
            defaultValue = "64",
            description = "what may wait for slow peers at full speed; default: ${DEFAULT-VALUE}")
    private int bufferMebibytes = 64;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        try {
            return serve();
        } catch (IOException e) {
            // It could not start, and the message is all that its operator needs.
            spec.commandLine().getErr().println(spec.qualifiedName() + ": " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private int serve() throws IOException, InterruptedException {
        // Each connection follows a name that moves: the JVM's cache would hold it for 30 s, a failure for 10 s.
        java.security.Security.setProperty("networkaddress.cache.ttl", "0");
        java.security.Security.setProperty("networkaddress.cache.negative.ttl", "0");
        routes.check();
        RelaySettings settings = settings();
        Counters counters = new Counters();
        Log log = new Log(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
                json,
                isTerminal() ? () -> status(counters) : null);
        try (log;
                Relay relay = new Relay(settings, counters, log)) {
            List<Route> bound = relay.listen(routes.read());
            Service service = new Service(relay, log, drain, routes::read);
            service.handleSignals();
            log.start();
            try (MetricsPage page = metrics == null ? null : metricsPage(metrics, counters, log)) {
                bound.forEach(route -> log.notice("listening on " + route.listen() + " for " + route.to()));
                if (page != null) {
                    log.notice("metrics on " + page.address());
                }
                new Startup(settings, log).report();
                return service.run();
            }
        }
    }

    private RelaySettings settings() throws IOException {
        KeepAlive both = policy("--policy", policy);
        if (threads < 1 || threads > 64) {
            throw usage("--threads: " + threads + " (expected: 1 to 64)");
        }
        if (bufferMebibytes < 1 || bufferMebibytes > 65536) {
            throw usage("--buffer-memory: " + bufferMebibytes + " (expected: 1 to 65536)");
        }
        if (maxConnections != null && maxConnections < 1) {
            throw usage("--max-connections: " + maxConnections + " (expected: at least 1)");
        }
        if (connectTimeout.isZero() || connectTimeout.compareTo(Duration.ofHours(1)) > 0) {
            throw usage("--connect-timeout: " + connectTimeout.toMillis() + " ms (expected: up to 1h)");
        }
        return new RelaySettings(
                clientPolicy == null ? both : policy("--client-policy", clientPolicy),
                both,
                List.copyOf(allow),
                maxConnections == null ? Descriptors.connections() : maxConnections,
                connectTimeout,
                acceptProxy,
                sendProxy == null ? null : version(sendProxy),
                framing.read(),
                threads,
                bufferMebibytes * 1024L * 1024L);
    }

    private KeepAlive policy(String option, String text) {
        try {
            return KeepAlive.parse(text);
        } catch (IllegalArgumentException e) {
            throw usage(option + ": " + e.getMessage());
        }
    }

    private ProxyHeader.Version version(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "v1" -> ProxyHeader.Version.V1;
            case "v2" -> ProxyHeader.Version.V2;
            default -> throw usage("--send-proxy: '" + text + "' (expected: v1 or v2)");
        };
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private MetricsPage metricsPage(String text, Counters counters, Log log) throws IOException {
        HostPort address = RouteOptions.address(spec, "--metrics", text);
        InetAddress host =
                address.host().isEmpty() ? InetAddress.getLoopbackAddress() : InetAddress.getByName(address.host());
        try {
            return new MetricsPage(new InetSocketAddress(host, address.port()), counters, log);
        } catch (NoClassDefFoundError e) {
            throw new IOException("--metrics: this Java runtime lacks the module jdk.httpserver", e);
        } catch (IOException e) {
            throw new IOException("--metrics " + address + ": " + e.getMessage(), e);
        }
    }

    private boolean isTerminal() {
        return !json && !System.getProperty("keepalive.terminal", "no").equals("no");
    }

    private static String status(Counters counters) {
        return String.format(
                Locale.ROOT,
                "%d open, %d accepted, longest silence survived %d s",
                counters.open(),
                counters.accepted(),
                counters.longestSilenceNanos() / 1_000_000_000);
    }
}
