package io.keepalive.cli;

import io.keepalive.cli.demo.Demo;
import io.keepalive.cli.demo.Terminal;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keepalive demo}. */
@Command(
        name = "demo",
        description = {
            "Shows, in about a minute, how a NAT forgets an idle connection and how TCP keepalive prevents it.",
            "The NAT is a real one, in network namespaces of this machine (Linux; root, or user namespaces)."
                    + " Where there are none, a small proxy stands in."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the story went as told", "1:it did not", "2:wrong usage"},
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class DemoCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "relay",
            description = "relay: the kept connection is that of an unchanged program, through ./keepalive relay")
    private @Nullable String story;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            description = "after how much silence the NAT forgets: 3s to 10m; default:"
                    + " ${DEFAULT-VALUE}. The demo takes about five times as long.",
            defaultValue = "8s",
            converter = IdleTimeout.class)
    private Duration idleTimeout = Duration.ofSeconds(8);

    @Option(names = "--plain", description = "print events line by line: no live view, no colours")
    private boolean plain;

    @Option(names = "--stand-in", description = "use the proxy even where the NAT could run")
    private boolean standIn;

    @Override
    public Integer call() throws Exception {
        if (story != null && !story.equals("relay")) {
            throw new ParameterException(
                    spec.commandLine(), "unknown story: '" + story + "' (expected: relay, or nothing)");
        }
        if (story != null && standIn) {
            throw new ParameterException(
                    spec.commandLine(), "--stand-in: not with relay (expected: a NAT; a proxy counts payload only)");
        }
        return new Demo(idleTimeout, standIn, story != null, Terminal.ofThisProcess(plain)).run() ? 0 : 1;
    }
}
