package io.keepalive.cli;

import io.keepalive.cli.advise.AdviseCommand;
import io.keepalive.cli.doctor.DoctorCommand;
import io.keepalive.cli.keep.KeepCommand;
import io.keepalive.cli.policy.BoxesCommand;
import io.keepalive.cli.policy.ExplainCommand;
import io.keepalive.cli.probe.ProbeCommand;
import io.keepalive.cli.relay.RelayCommand;
import io.keepalive.cli.watch.WatchCommand;
import java.util.Set;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command {@code keepalive}: finds the tool, and turns failures into one message and an exit code. */
@Command(
        name = "keepalive",
        description = "Keeps long-lived TCP connections alive through the boxes that drop idle ones.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            DemoCommand.class,
            DoctorCommand.class,
            WatchCommand.class,
            ProbeCommand.class,
            KeepCommand.class,
            RelayCommand.class,
            AttachCommand.class,
            AdviseCommand.class,
            ExplainCommand.class,
            BoxesCommand.class,
            GenerateCompletion.class
        })
final class Main implements Runnable {
    /** Set to see where an unexpected failure comes from. */
    private static final String TRACE = "KEEPALIVE_TRACE";

    /** The commands that make system calls. */
    private static final Set<String> INSPECTING = Set.of("doctor", "keep", "watch");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /**
     * Runs a tool and ends the JVM: 0 if all went well, 1 if not, 2 after wrong usage.
     *
     * @param arguments the tool's name, and its options
     */
    public static void main(String[] arguments) {
        if (arguments.length > 0 && INSPECTING.contains(arguments[0])) {
            WarmUp.start();
        }
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine main = new CommandLine(new Main());
        // A command in a package of its own does not know the version of this one.
        main.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec().versionProvider(new Version()));
        return main.setParameterExceptionHandler(Main::wrongUsage).setExecutionExceptionHandler(Main::failure);
    }

    /** Without a tool. */
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "no command given (expected: "
                        + String.join(", ", spec.subcommands().keySet()) + ")");
    }

    private static int wrongUsage(ParameterException e, String[] arguments) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        e.getCommandLine().getErr().printf("%s: %s%nTry: %s --help%n", command, e.getMessage(), command);
        return CommandLine.ExitCode.USAGE;
    }

    private static int failure(Exception e, CommandLine commandLine, ParseResult parsed) {
        if (System.getenv(TRACE) != null) {
            e.printStackTrace(commandLine.getErr());
        } else {
            commandLine
                    .getErr()
                    .printf(
                            "%s: %s%n(%s=1 shows where it comes from)%n",
                            commandLine.getCommandSpec().qualifiedName(),
                            e.getMessage() == null ? e.toString() : e.getMessage(),
                            TRACE);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
