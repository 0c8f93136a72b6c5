package io.keepalive.cli.probe;

import io.keepalive.Middlebox;
import io.keepalive.cli.option.DurationConverter;
import io.keepalive.cli.option.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code keepalive probe}. */
@Command(
        name = "probe",
        description = {
            "Measures after how much silence the path to a server forgets a connection, and how. The server needs to do"
                    + " nothing but accept connections: some are left idle, then their kernel probes them; no byte is sent.",
            "It takes at most eight times the timeout; with a right guess (--confirm, --looks-like) about twice."
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured; that there is no timeout up to --max, or that it varies, is a result too",
            "1:the server can't be reached, or no longer; what is known so far is printed",
            "2:wrong usage",
            "3:undecided: connections of the same idle length ended differently; the known part is printed",
            "4:--confirm: the timeout is another one",
            "130:interrupted by Ctrl-C; what is known so far is printed"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keepalive probe db.example:5432                       from nothing, up to 20 min",
            "  keepalive probe db.example:5432 --looks-like azure-load-balancer",
            "  keepalive probe db.example:5432 --confirm 4m --json",
            "  keepalive probe --serve 7000                          on the server, then on the client:",
            "  keepalive probe server.example:7000 --both-directions"
        },
        mixinStandardHelpOptions = true)
public final class ProbeCommand implements Callable<Integer> {
    private static final int MOST_VOTES = 64;
    private static final Duration LEAST_RESOLUTION = Duration.ofMillis(500);
    private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofSeconds(32_766);

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "HOST:PORT",
            description = "the server; with --serve the [HOST:]PORT to listen on")
    private @Nullable String target;

    @Option(
            names = "--confirm",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "only find out whether the timeout is this one, for example 4m")
    private @Nullable Duration confirm;

    @Option(
            names = "--looks-like",
            paramLabel = "BOX",
            converter = BoxConverter.class,
            description =
                    "try the default timeout of this box of the catalogue first (docs/middleboxes.md), for example"
                            + " aws-nat-gateway")
    private @Nullable Middlebox looksLike;

    @Option(
            names = "--max",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "20m",
            description = "the longest timeout to look for; default: ${DEFAULT-VALUE}")
    private Duration max = Duration.ofMinutes(20);

    @Option(
            names = "--resolution",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description =
                    "how exact; from 500ms; default: a seventh of the timeout, which is good enough for a policy, and 1s up"
                            + " to 25s and at the timeouts of the catalogue")
    private @Nullable Duration resolution;

    @Option(
            names = "--votes",
            paramLabel = "N",
            defaultValue = "5",
            description = "connections of the same idle length that vote, 1 to 64; default: ${DEFAULT-VALUE}")
    private int votes = 5;

    @Option(
            names = "--both-directions",
            description = "measure the way from the server too; 'keepalive probe --serve' must run there")
    private boolean bothDirections;

    @Option(names = "--serve", description = "be the other end of --both-directions, until Ctrl-C")
    private boolean serve;

    @Option(
            names = "--resume",
            paramLabel = "FILE",
            description = "keep the finished rounds in this file, and go on with those that it has")
    private @Nullable Path resume;

    @Option(names = "--json", description = "print one object in JSON instead of text (docs/probe.md)")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (target == null) {
            throw wrong("HOST:PORT: missing (expected: a server such as db.example:5432"
                    + (serve ? ", or a port)" : "; keepalive probe --serve PORT for the other end)"));
        }
        HostPort address = parse(target);
        try {
            return serve
                    ? serve(address)
                    : new ProbeRun(settings(address), spec.commandLine().getErr()).run();
        } catch (UnknownHostException e) {
            return fail(address.host() + ": no such host (expected: a name or address of the server)");
        } catch (IOException e) {
            return fail(address + ": " + e.getMessage());
        }
    }

    private ProbeRun.Settings settings(HostPort address) throws IOException {
        if (confirm != null && looksLike != null) {
            throw wrong("--confirm and --looks-like: both given (expected: one of them)");
        }
        Duration guess = confirm != null ? confirm : looksLike != null ? looksLike.idleTimeout() : Duration.ZERO;
        require("--confirm", guess.isZero() ? LEAST_TIMEOUT : guess, LEAST_TIMEOUT, LONGEST);
        require("--max", max, LEAST_TIMEOUT, LONGEST);
        require("--resolution", resolution == null ? LEAST_RESOLUTION : resolution, LEAST_RESOLUTION, LONGEST);
        if (votes < 1 || votes > MOST_VOTES) {
            throw wrong("--votes: " + votes + " (expected: 1 to " + MOST_VOTES + ")");
        }
        Goal goal = new Goal(
                resolution == null ? 0 : resolution.toNanos(),
                Math.max(max.toNanos(), guess.toNanos()),
                guess.toNanos(),
                confirm != null,
                votes);
        return new ProbeRun.Settings(
                address.toString(),
                new InetSocketAddress(InetAddress.getByName(address.host()), address.port()),
                goal,
                bothDirections,
                resume,
                json);
    }

    private int serve(HostPort address) throws IOException {
        InetSocketAddress local = address.host().isEmpty()
                ? new InetSocketAddress(address.port())
                : new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
        try (PushServer server = new PushServer(local)) {
            System.out.println("serving on port " + server.port() + "; on the other end: keepalive probe HOST:"
                    + server.port() + " --both-directions");
            server.run();
        }
        return ExitCode.OK;
    }

    private HostPort parse(String text) {
        try {
            HostPort address = HostPort.parse(text);
            if (serve || (!address.host().isEmpty() && address.port() > 0)) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw wrong("HOST:PORT: " + e.getMessage());
        }
        throw wrong("HOST:PORT: '" + text + "' (expected: a host and a port from 1 to 65535, such as db.example:5432)");
    }

    private void require(String option, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw wrong(option + ": " + Seconds.text(value.toSeconds() * 1_000_000_000L) + " (expected: "
                    + (least.toMillis() / 1000.0) + " s to " + most.toSeconds()
                    + " s, what a kernel's keepalive takes)");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private int fail(String message) {
        spec.commandLine().getErr().println("keepalive probe: " + message);
        return ExitCode.SOFTWARE;
    }

    /** Reads a box of the catalogue. */
    static final class BoxConverter implements ITypeConverter<Middlebox> {
        @Override
        public Middlebox convert(String text) {
            try {
                return Middlebox.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "'" + text + "' (expected: a box of the catalogue, docs/middleboxes.md,"
                                + " such as azure-load-balancer)");
            }
        }
    }
}
