package io.keepalive.cli.relay;

import io.keepalive.cli.option.HostPort;
import io.keepalive.cli.relay.io.Route;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say where to listen and where to connect. */
final class RouteOptions {
    @Option(
            names = "--listen",
            paramLabel = "[HOST:]PORT",
            description =
                    "where programs connect to; without a host on loopback only; * for all addresses. Once for each"
                            + " --to")
    private List<String> listen = new ArrayList<>();

    @Option(names = "--to", paramLabel = "HOST:PORT", description = "where their connections go; looked up each time")
    private List<String> to = new ArrayList<>();

    @Option(
            names = "--pairs",
            paramLabel = "FILE",
            description = "more pairs, one a line: [HOST:]PORT HOST:PORT. Read again on SIGHUP")
    private @Nullable Path pairs;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Refuses wrong usage. */
    void check() {
        routes();
    }

    /**
     * All pairs, those of the file as it is now included.
     *
     * @throws IOException with one clear line if the file is missing or malformed
     */
    Set<Route> read() throws IOException {
        Set<Route> all = routes();
        if (pairs != null) {
            all.addAll(new PairsFile(pairs).read());
        }
        return all;
    }

    private Set<Route> routes() {
        if (listen.size() != to.size()) {
            throw usage(
                    spec,
                    "--listen is given " + listen.size() + " times, --to " + to.size()
                            + " times (expected: one --to for each --listen)");
        }
        if (listen.isEmpty() && pairs == null) {
            throw usage(spec, "nothing to relay (expected: --listen [HOST:]PORT --to HOST:PORT, or --pairs FILE)");
        }
        Set<Route> routes = new LinkedHashSet<>();
        for (int i = 0; i < listen.size(); i++) {
            HostPort from = address(spec, "--listen", listen.get(i));
            if (from.port() != 0
                    && routes.stream().anyMatch(other -> other.listen().equals(from))) {
                throw usage(spec, "--listen " + from + " is given twice");
            }
            routes.add(new Route(from, target(to.get(i))));
        }
        return routes;
    }

    private HostPort target(String text) {
        HostPort target = address(spec, "--to", text);
        if (target.host().isEmpty() || target.port() == 0) {
            throw usage(spec, "--to: '" + text + "' (expected: HOST:PORT)");
        }
        return target;
    }

    /** The value of an option, {@code [HOST:]PORT}; {@code *} is any address. */
    static HostPort address(CommandSpec spec, String option, String text) {
        try {
            return HostPort.parse(text.startsWith("*:") ? "0.0.0.0:" + text.substring(2) : text);
        } catch (IllegalArgumentException e) {
            throw usage(spec, option + ": " + e.getMessage());
        }
    }

    private static ParameterException usage(CommandSpec spec, String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
