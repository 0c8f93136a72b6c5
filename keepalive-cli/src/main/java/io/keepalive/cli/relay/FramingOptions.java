package io.keepalive.cli.relay;

import io.keepalive.cli.relay.engine.Side;
import io.keepalive.cli.relay.io.Framing;
import io.keepalive.cli.relay.tls.TlsContext;
import io.keepalive.heartbeat.HeartbeatConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of legs to other relays: heartbeats and TLS. */
final class FramingOptions {
    private static final String HEARTBEAT = "outliving=4m";

    @Option(
            names = "--framed",
            paramLabel = "client|target",
            description = "the other relay's place: target on the relay beside the client, client on the one beside the"
                    + " server. Both then speak the heartbeat protocol with each other")
    private @Nullable String framed;

    @Option(
            names = "--heartbeat",
            paramLabel = "CONFIG",
            defaultValue = HEARTBEAT,
            description = "heartbeats of --framed, for example outliving=60s; default: ${DEFAULT-VALUE}")
    private String heartbeat = HEARTBEAT;

    @Option(
            names = "--tls",
            paramLabel = "STORE",
            description = "TLS between the two relays of --framed: a PKCS12 store with this relay's private key and the"
                    + " certificates that it trusts")
    private @Nullable Path tls;

    @Option(
            names = "--tls-trust",
            paramLabel = "STORE",
            description = "another store, with the same password, for the trusted certificates")
    private @Nullable Path tlsTrust;

    @Option(
            names = "--tls-password-file",
            paramLabel = "FILE",
            description =
                    "its first line is the password; default: the environment variable " + TlsContext.PASSWORD_VARIABLE)
    private @Nullable Path tlsPasswordFile;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /**
     * The legs to other relays; null if there are none.
     *
     * @throws IOException with one clear line if a file is missing or unusable
     */
    @Nullable
    Framing read() throws IOException {
        if (framed == null) {
            if (tls != null) {
                throw usage("--tls: encrypts between two relays only (expected: --framed client or --framed target)");
            }
            return null;
        }
        Side side = switch (framed.toLowerCase(Locale.ROOT)) {
            case "client" -> Side.CLIENT;
            case "target" -> Side.TARGET;
            default -> throw usage("--framed: '" + framed + "' (expected: client or target)");
        };
        HeartbeatConfig config;
        try {
            config = HeartbeatConfig.parse(heartbeat);
        } catch (IllegalArgumentException e) {
            throw usage("--heartbeat: " + e.getMessage());
        }
        return Framing.of(Set.of(side), config, tls == null ? null : TlsContext.load(tls, tlsTrust, tlsPassword()));
    }

    private char[] tlsPassword() throws IOException {
        if (tlsPasswordFile != null) {
            try (BufferedReader lines = Files.newBufferedReader(tlsPasswordFile)) {
                String first = lines.readLine();
                return first == null ? new char[0] : first.toCharArray();
            } catch (NoSuchFileException e) {
                throw new IOException("--tls-password-file " + tlsPasswordFile + ": no such file", e);
            } catch (IOException e) {
                throw new IOException(
                        "--tls-password-file " + tlsPasswordFile + ": can't be read: " + e.getMessage(), e);
            }
        }
        String password = System.getenv(TlsContext.PASSWORD_VARIABLE);
        if (password == null) {
            throw usage("--tls: no password (expected: --tls-password-file FILE, or " + TlsContext.PASSWORD_VARIABLE
                    + " in the environment)");
        }
        return password.toCharArray();
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
