package io.keepalive.cli.doctor;

import com.google.gson.stream.JsonWriter;
import io.keepalive.Middlebox;
import io.keepalive.cli.linux.Containers;
import io.keepalive.cli.linux.Namespaces;
import io.keepalive.cli.linux.NetworkNamespace;
import io.keepalive.cli.linux.SocketOwners;
import io.keepalive.cli.linux.SystemCallAccess;
import io.keepalive.cli.option.CidrBlock;
import io.keepalive.cli.option.DurationConverter;
import io.keepalive.cli.option.MiddleboxConverter;
import io.keepalive.cli.output.Colour;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keepalive doctor}. */
@Command(
        name = "doctor",
        description = {
            "Shows every TCP connection of this machine with its keepalive timer, the last sign of life of the peer, and"
                    + " a verdict; then what to do, by destination. Changes nothing.",
            "Linux. As root it sees all processes and the options of their sockets, otherwise those of this user; in the"
                    + " main network namespace all namespaces, started in another one (ip netns exec) that one."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:looked, whatever was found", "1:could not look; the message says why", "2:wrong usage"},
        footerHeading = "%nExample:%n",
        footer = {
            "  keepalive doctor --remote 10.0.0.0/8 --path azure-load-balancer",
            "  (what becomes of the connections to 10.x behind that box)"
        },
        mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--pid", paramLabel = "PID", description = "only connections of this process; repeatable")
    private List<Long> pids = new ArrayList<>();

    @Option(
            names = "--container",
            paramLabel = "ID",
            description = "only connections of this container's processes, by the id that docker ps or crictl ps shows")
    private @Nullable String container;

    @Option(
            names = "--netns",
            paramLabel = "NAMESPACE",
            description = "only this network namespace: a name that ip netns lists, a path, a pid, self, or all")
    private @Nullable String netns;

    @Option(names = "--port", paramLabel = "N", description = "only connections with this port at either end")
    private @Nullable Integer port;

    @Option(
            names = "--remote",
            paramLabel = "CIDR",
            description = "only connections to these addresses, such as 10.0.0.0/8",
            converter = CidrBlock.Converter.class)
    private @Nullable CidrBlock remote;

    @ArgGroup
    private @Nullable Goal goal;

    @Option(names = "--json", description = "print one JSON object; docs/doctor.md has its names")
    private boolean json;

    /** What the connections have to outlive. */
    static final class Goal {
        @Option(
                names = "--outlive",
                paramLabel = "TIME",
                description = "judge for a box that forgets a connection after this much silence, for example 4m",
                converter = DurationConverter.class)
        private @Nullable Duration outlive;

        @Option(
                names = "--path",
                paramLabel = "BOX",
                description = "judge for a box of the catalogue, for example azure-load-balancer",
                converter = MiddleboxConverter.class)
        private @Nullable Middlebox path;

        PathGoal toPath() {
            if (path != null) {
                return PathGoal.of(path);
            }
            return outlive == null ? PathGoal.NONE : PathGoal.of(outlive);
        }
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.isReadable(Path.of("/proc/net/tcp"))) {
            throw new IOException("/proc/net/tcp: can't be read (expected: Linux with /proc mounted)");
        }
        Set<Long> wanted = new LinkedHashSet<>(pids);
        if (container != null) {
            wanted.addAll(Containers.processes(container));
        }
        SystemCallAccess access = SystemCallAccess.find();
        SocketOwners owners = SocketOwners.scan();
        Examination examination = new Examiner(
                        access, goal == null ? PathGoal.NONE : goal.toPath(), new Filter(wanted, port, remote), owners)
                .examine(namespaces(wanted));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            JsonReport.write(examination, new JsonWriter(out));
            out.println();
        } else {
            TextReport.of(examination, Colour.isWanted()).forEach(out::println);
        }
        out.flush();
        return 0;
    }

    private List<NetworkNamespace> namespaces(Set<Long> wanted) throws IOException {
        if (netns != null) {
            return Namespaces.parse(netns);
        }
        return wanted.isEmpty() ? Namespaces.ofThisMachine() : Namespaces.ofProcesses(wanted);
    }
}
