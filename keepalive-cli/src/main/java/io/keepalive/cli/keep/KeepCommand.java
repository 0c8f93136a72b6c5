package io.keepalive.cli.keep;

import io.keepalive.KeepAlive;
import io.keepalive.cli.keep.KeepResult.Outcome;
import io.keepalive.cli.linux.Containers;
import io.keepalive.cli.linux.Namespaces;
import io.keepalive.cli.linux.NetworkNamespace;
import io.keepalive.cli.linux.Rights;
import io.keepalive.cli.linux.SystemCallAccess;
import io.keepalive.cli.linux.SystemCalls;
import io.keepalive.cli.output.Colour;
import io.keepalive.cli.output.Json;
import io.keepalive.socket.Precedence;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keepalive keep}. */
@Command(
        name = "keep",
        description = {
            "Sets a keepalive policy on TCP connections that are open already, in any running process, whatever its"
                    + " language: by pidfd_getfd and setsockopt, and reads it back. The program notices nothing.",
            "Linux 5.6 or newer, JDK 22 or newer. For processes of this user; as root for all. In the main network"
                    + " namespace it looks at all namespaces, started in another one at that one."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every selected connection holds the policy, or what is stricter, or was closed meanwhile",
            "1:could not run; the message says why",
            "2:wrong usage",
            "3:some selected connections are not kept; the output says why, a line for each cause"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keepalive keep --remote 10.0.0.0/8:5432 outliving=4m,user-timeout=auto",
            "  keepalive keep --name postgres --watch outliving=azure-load-balancer",
            "  keepalive keep --all --dry-run",
            "  keepalive keep --all --undo"
        },
        mixinStandardHelpOptions = true)
public final class KeepCommand implements Callable<Integer> {
    private static final int NOT_ALL_KEPT = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "POLICY",
            description = "what to set, for example outliving=4m or idle=60s,interval=10s,count=6; default: defaults"
                    + " (30s/5s/6)")
    private @Nullable String policy;

    @Option(names = "--pid", paramLabel = "PID", description = "connections of this process; repeatable")
    private List<Long> pids = new ArrayList<>();

    @Option(
            names = "--container",
            paramLabel = "ID",
            description = "connections of this container's processes, by the id that docker ps or crictl ps shows")
    private @Nullable String container;

    @Option(
            names = "--name",
            paramLabel = "PROGRAM",
            description = "connections of processes with this name (ps -o comm)")
    private @Nullable String name;

    @Option(names = "--port", paramLabel = "N", description = "connections with this port at either end")
    private @Nullable Integer port;

    @Option(
            names = "--remote",
            paramLabel = "CIDR[:PORT]",
            description = "connections to these addresses, such as 10.0.0.0/8:5432",
            converter = RemoteFilter.Converter.class)
    private @Nullable RemoteFilter remote;

    @Option(names = "--all", description = "every connection")
    private boolean all;

    @Option(
            names = "--netns",
            paramLabel = "NAMESPACE",
            description = "only in this network namespace: a name that ip netns lists, a path, a pid, self, or all")
    private @Nullable String netns;

    @Option(
            names = "--precedence",
            paramLabel = "WHO",
            description = "who wins over what a program chose: observe, respect, tighten or enforce; default: tighten")
    private String precedence = "tighten";

    @Option(
            names = "--watch",
            description = "go on, and keep new connections within a second or two, until interrupted")
    private boolean watch;

    @Option(names = "--dry-run", description = "change nothing, show what would be changed")
    private boolean dryRun;

    @Option(
            names = "--undo",
            description = "give the selected connections back what they held before keep changed them")
    private boolean undo;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description = "where keep remembers for --undo; default: /run/keepalive/kept.jsonl for root, otherwise in"
                    + " the user's runtime folder")
    private @Nullable Path journalFile;

    @Option(
            names = "--json",
            description = "print JSON: one object, with --watch one for each scan that found something")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (pids.isEmpty() && container == null && name == null && port == null && remote == null && !all) {
            throw wrong("no connections selected (expected: --pid, --container, --name, --port, --remote or --all)");
        }
        if (undo && (watch || policy != null)) {
            throw wrong("--undo: takes neither a policy nor --watch");
        }
        KeepAlive wanted = policy();
        Precedence who = precedence();
        SystemCalls calls = SystemCallAccess.find().require();
        Rights rights = Rights.own();
        Journal journal =
                new Journal(journalFile != null ? journalFile : Journal.defaultFile(rights.uid(), System.getenv()));
        ConnectionKeeper keeper = new ConnectionKeeper(Wanted.of(wanted), who, dryRun, rights);
        try (KeepScan scan = new KeepScan(calls)) {
            if (watch) {
                new KeepWatch(scan, keeper, journal, this::selection, this::namespaces, this::print).run();
                return 0;
            }
            Selection selection = selection();
            scan.watch(namespaces());
            List<KeepResult> results =
                    undo ? undo(scan, selection, keeper, journal) : keep(scan, selection, keeper, journal);
            print(results);
            return results.stream().allMatch(KeepCommand::isInOrder) ? 0 : NOT_ALL_KEPT;
        }
    }

    private List<KeepResult> keep(KeepScan scan, Selection selection, ConnectionKeeper keeper, Journal journal)
            throws IOException {
        List<KeepResult> results = scan.run(selection, keeper::keep, true);
        journal.add(results);
        return results;
    }

    private List<KeepResult> undo(KeepScan scan, Selection selection, ConnectionKeeper keeper, Journal journal)
            throws IOException {
        Map<Journal.Entry.Key, Journal.Entry> entries = journal.load();
        List<KeepResult> results = new ArrayList<>();
        for (KeepResult result : scan.run(
                selection,
                (sockets, target) -> {
                    Journal.Entry entry =
                            entries.get(new Journal.Entry.Key(target.namespace().inode(), target.id()));
                    return entry == null
                            ? new KeepResult(target, Outcome.UNCHANGED, null, null, Map.of(), null)
                            : keeper.restore(sockets, target, entry);
                },
                true)) {
            if (result.before() != null || result.refusal() != null) {
                results.add(result);
            }
        }
        if (!dryRun) {
            Set<Journal.Entry.Key> done = new LinkedHashSet<>();
            for (KeepResult result : results) {
                if (result.refusal() == null) {
                    done.add(new Journal.Entry.Key(
                            result.target().namespace().inode(), result.target().id()));
                }
            }
            journal.retain(entry -> !done.contains(entry.key())
                    && (!scan.watches(entry.namespace()) || scan.isOpen(entry.namespace(), entry.id())));
        }
        return results;
    }

    private static boolean isInOrder(KeepResult result) {
        Refusal refusal = result.refusal();
        return refusal == null ? result.outcome() != Outcome.REJECTED : refusal.isHarmless();
    }

    private Selection selection() throws IOException {
        Set<Long> processes = new LinkedHashSet<>(pids);
        if (container != null) {
            processes.addAll(Containers.processes(container));
        }
        return new Selection(processes, port, remote, name);
    }

    private List<NetworkNamespace> namespaces() throws IOException {
        if (netns != null) {
            return Namespaces.parse(netns);
        }
        Set<Long> processes = selection().pids();
        return processes.isEmpty() ? Namespaces.ofThisMachine() : Namespaces.ofProcesses(processes);
    }

    private KeepAlive policy() {
        try {
            return KeepAlive.parse(Objects.requireNonNullElse(policy, "defaults"));
        } catch (IllegalArgumentException e) {
            throw wrong("POLICY: " + e.getMessage());
        }
    }

    private Precedence precedence() {
        for (Precedence each : Precedence.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(precedence)) {
                return each;
            }
        }
        throw wrong("--precedence: '" + precedence + "' (expected: observe, respect, tighten or enforce)");
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void print(List<KeepResult> results) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(KeepReport.json(results)));
        } else if (results.isEmpty()) {
            out.println(
                    undo ? "nothing to undo: no selected connection was changed by keep" : "no open connection fits");
        } else {
            KeepReport.text(results, Colour.isWanted()).forEach(out::println);
        }
        out.flush();
    }
}
