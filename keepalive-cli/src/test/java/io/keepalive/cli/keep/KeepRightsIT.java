package io.keepalive.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keepalive.lab.Command;
import io.keepalive.lab.CommandResult;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that keep may not touch, can't see, or that are gone before it has finished. */
class KeepRightsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String POLICY = "idle=60s";

    /** Connects, and holds the connection. */
    private static final String HOLDER = """
            import socket, sys
            s = socket.create_connection((sys.argv[1], 7000))
            print("connected", flush=True)
            sys.stdin.read()
            """;

    /** Processes that connect and exit at once, some while others look at them. */
    private static final String CROWD = """
            import os, random, socket, sys, time
            for number in range(150):
                if os.fork() == 0:
                    s = socket.create_connection((sys.argv[1], 7000))
                    time.sleep(random.Random(number).uniform(0, 0.6))
                    os._exit(0)
                time.sleep(0.02)
            while True:
                try:
                    os.wait()
                except ChildProcessError:
                    break
            print("gone", flush=True)
            """;

    @TempDir
    private Path folder;

    private static void serve(NatLab lab) {
        assumeTrue(Runtime.version().feature() >= 22, "keep needs JDK 22 or newer");
        lab.server().java(EchoPair.class, "serve", "7000").awaitLine("ready"::equals, LIMIT);
    }

    @Test
    @WithNatLab
    void asAnotherUser_saysWhoseProcessItIs_andChangesNothing(NatLab lab) throws Exception {
        serve(lab);
        python(lab, HOLDER).awaitLine("connected"::equals, LIMIT);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertRefused(
                lab,
                "setpriv --reuid 65534 --regid 65534 --clear-groups",
                "another user's process (uid 0, this is 65534");
    }

    @Test
    @WithNatLab
    void inAnotherPidNamespace_asInAContainer_saysHowToShareIt_andChangesNothing(NatLab lab) throws Exception {
        serve(lab);
        python(lab, HOLDER).awaitLine("connected"::equals, LIMIT);

        String remedy = "--pid=host";
        assertRefused(lab, "unshare --pid --fork --mount-proc", remedy);
        assertRefused(lab, "unshare --user --map-root-user --pid --fork --mount-proc", remedy);
    }

    @Test
    @WithNatLab
    void processesThatExitMeanwhile_leaveNothingBehind(NatLab lab) throws Exception {
        serve(lab);
        python(lab, HOLDER).awaitLine("connected"::equals, LIMIT);
        LabProcess keep = keep(lab, "", "--watch").start();
        keep.awaitLine(line -> line.startsWith("kept "), LIMIT);
        long before = sockets(keep);

        python(lab, CROWD).awaitLine("gone"::equals, LIMIT);

        await().atMost(LIMIT).untilAsserted(() -> assertThat(sockets(keep)).isEqualTo(before));
        assertThat(keep.isAlive()).isTrue();
        assertThat(keep.lines()).noneMatch(line -> line.contains("Exception"));
    }

    private void assertRefused(NatLab lab, String as, String why) throws IOException {
        CommandResult result = keep(lab, as).run();
        assertThat(result.lines())
                .singleElement()
                .asString()
                .startsWith("not kept 1 connection: ")
                .contains(why);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(lab.client().command("ss", "-tnoH", "dport = :7000").run().lines())
                .singleElement()
                .asString()
                .doesNotContain("keepalive");
    }

    private LabProcess python(NatLab lab, String program) throws IOException {
        Path script = Files.writeString(Files.createTempFile(folder, "program", ".py"), program);
        return lab.client()
                .command("python3", script.toString(), lab.server().address())
                .start();
    }

    /** Descriptors of sockets; those of this process are few, and the same all the time. */
    private static long sockets(LabProcess process) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", String.valueOf(process.pid()), "fd"))) {
            List<String> targets = new ArrayList<>();
            for (Path descriptor : descriptors.toList()) {
                try {
                    targets.add(Files.readSymbolicLink(descriptor).toString());
                } catch (IOException e) {
                    // closed meanwhile
                }
            }
            return targets.stream()
                    .filter(target -> target.startsWith("socket:"))
                    .count();
        }
    }

    private Command keep(NatLab lab, String as, String... options) {
        List<String> words = new ArrayList<>();
        if (!as.isEmpty()) {
            words.addAll(List.of(as.split(" ", -1)));
        }
        words.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                System.getProperty("keepalive.jar"),
                "keep",
                "--journal",
                folder.resolve("kept.jsonl").toString(),
                "--netns",
                "self", // the first process of a pid namespace looks into all others
                "--port",
                "7000",
                POLICY));
        words.addAll(List.of(options));
        return lab.client().command(words.get(0), words.subList(1, words.size()).toArray(String[]::new));
    }
}
