package io.keepalive.cli.advise;

import io.keepalive.KeepAlive;
import io.keepalive.Middlebox;
import io.keepalive.cli.advise.OsAdvice.Platform;
import io.keepalive.cli.option.BoxConverter;
import io.keepalive.cli.option.PolicyConverter;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code keepalive advise}. */
@Command(
        name = "advise",
        description = {
            "Writes the settings of a whole system that amount to a policy, for programs that can't be changed but"
                    + " switch keepalive on. Changes nothing."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  keepalive advise outliving=4m > /etc/sysctl.d/60-keepalive.conf",
            "  keepalive advise outliving=4m --for kubernetes --path azure-load-balancer",
            "  keepalive advise outliving=4m --check"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:advised; with --check: this machine holds what the policy wants",
            "1:with --check: it does not, or it can't be read",
            "2:wrong usage, or no such policy"
        },
        mixinStandardHelpOptions = true)
public final class AdviseCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "POLICY",
            description = "for example outliving=4m, defaults, or outliving=azure-load-balancer,user-timeout=auto",
            converter = PolicyConverter.class)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private KeepAlive policy;

    @Option(
            names = "--for",
            paramLabel = "PLATFORM",
            description = "linux (the default), windows, macos, kubernetes, docker, ecs or systemd",
            converter = PlatformConverter.class)
    private Platform platform = Platform.LINUX;

    @Option(
            names = "--path",
            paramLabel = "BOX",
            description = "adds what there is to say about a box on the way: keepalive boxes",
            converter = BoxConverter.class)
    private @Nullable Middlebox box;

    @Option(names = "--check", description = "compare with what a new socket gets on this machine, here and now")
    private boolean check;

    /** Reads the name of a platform. */
    static final class PlatformConverter implements ITypeConverter<Platform> {
        @Override
        public Platform convert(String text) {
            for (Platform platform : Platform.values()) {
                if (platform.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return platform;
                }
            }
            throw new TypeConversionException(
                    "'" + text + "' (expected: linux, windows, macos, kubernetes, docker, ecs or systemd)");
        }
    }

    /** Runs it. */
    @Override
    public Integer call() {
        OsAdvice advice;
        try {
            advice = OsAdvice.of(policy);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        PrintWriter out = spec.commandLine().getOut();
        int exitCode = 0;
        if (check) {
            List<OsAdvice.Comparison> comparisons = advice.compare(OsAdvice.systemDefaults());
            comparisons.forEach(out::println);
            exitCode = comparisons.stream().allMatch(OsAdvice.Comparison::isMet) ? 0 : 1;
        } else {
            out.print(advice.text(platform));
        }
        if (box != null) {
            String comment = check ? "" : platform == Platform.WINDOWS ? "; " : "# ";
            BoxAdvice.of(policy, box).forEach(line -> out.println(comment + line));
        }
        out.flush();
        return exitCode;
    }
}
