package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keepalive.agent.programs.Odd;
import io.keepalive.testing.Ss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes on around an agent in operation, and what odd programs do. */
class OddIT {
    private static final String LOADING = "-XX:+EnableDynamicAgentLoading";

    @TempDir
    Path directory;

    @Test
    void jarOverwrittenBeforeTheFirstConnection_changesNothing() throws Exception {
        Path jar = Files.copy(Path.of(Program.AGENT_JAR), directory.resolve("agent.jar"));
        try (Program program = odd("-javaagent:" + jar + "=idle=100s").awaitReady()) {
            Files.write(jar, new byte[(int) Files.size(jar)], StandardOpenOption.WRITE);

            int[] ports = open(program);

            assertThat(Ss.secondsToProbe(Ss.timer(ports[0], ports[1]))).isBetween(1.0, 100.0);
            assertThat(Ss.secondsToProbe(Ss.timer(ports[1], ports[0]))).isBetween(1.0, 100.0);
            assertThat(program.end()).isZero();
            assertThat(program.errors())
                    .anyMatch(line -> line.contains("2 x TCP_KEEPIDLE 100s APPLIED"))
                    .noneMatch(line -> line.contains("Error") || line.contains("failures"));
        }
    }

    @Test
    void oddCalls_endAsWithoutTheAgent() throws Exception {
        try (Program program =
                Program.start(List.of(Program.agent("idle=100s")), Odd.class).awaitReady()) {
            open(program);
            program.writeLine("invalid");
            program.writeLine("lookalike");
            program.await(line -> line.startsWith("lookalike"));
            program.end();

            assertThat(program.output())
                    .filteredOn(line -> line.startsWith("invalid"))
                    .hasSize(3)
                    .noneMatch(line -> line.endsWith("returned"));
            assertThat(program.output()).contains("lookalike true keepAlive=true");
            assertThat(program.errors()).anyMatch(line -> line.contains("no call of its own intValue()"));
        }
    }

    @Test
    void hookInsideJavaBase_obeysEditedClassesOnly() throws Exception {
        String settings = "to 127.0.0.0/8 exclude; from * exclude; idle=100s";
        try (Program program =
                Program.start(List.of(Program.agent(settings)), Odd.class).awaitReady()) {
            int[] ports = open(program);
            program.writeLine("hook");
            program.await("hook done"::equals);

            assertThat(Ss.timer(ports[0], ports[1])).isEqualTo("no timer");
            assertThat(Ss.timer(ports[1], ports[0])).isEqualTo("no timer");
            program.end();
        }
    }

    @Test
    void failedAttach_isNeverReportedAsTheSuccessOfAnEarlierOne() throws Exception {
        Path itself = directory.resolve("itself.conf");
        Files.writeString(itself, "file=" + itself);
        try (Program program = Program.start(List.of(LOADING), Odd.class).awaitReady()) {
            assertThat(attach(program, "--report")).startsWith("1 ").contains("the agent is not in");
            assertThat(attach(program, "idle=100s")).startsWith("0 ").contains("keeps TCP connections");

            assertThat(attach(program, "file=" + itself)).startsWith("1 ").contains("error: ", "includes itself");

            assertThat(attach(program, "--report")).startsWith("0 ").contains("report: idle=100s");
            assertThat(program.end()).isZero();
            // A request for the report did not load the agent.
            assertThat(program.errors())
                    .filteredOn(line -> line.contains("keeps TCP"))
                    .hasSize(1);
        }
    }

    @Test
    void installationThatFailed_leavesNoReport_andNoFile() throws Exception {
        Path broken = without("io/keepalive/agent/base/java/net/KeepAliveHook.class");
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        try (Program program = odd(LOADING, "-Djava.io.tmpdir=" + temporary).awaitReady()) {
            assertThat(attach(broken, program, "idle=100s")).startsWith("1 ").contains("error: ", "KeepAliveHook");
            assertThat(attach(broken, program, "idle=100s")).startsWith("1 ").contains("error: ");
            assertThat(attach(broken, program, "--report")).startsWith("1 ").contains("the agent is not in");

            int[] ports = open(program);

            assertThat(Ss.timer(ports[0], ports[1])).isEqualTo("no timer");
        }
        try (Program program = odd(LOADING, "-Djava.io.tmpdir=" + temporary).awaitReady()) {
            assertThat(attach(program, "idle=100s")).startsWith("0 ");
            assertThat(attach(program, "idle=90s")).startsWith("0 ");
        }
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).noneMatch(file -> file.toString().endsWith(".jar"));
        }
    }

    /** It sees other files: the one hint that helps is given. */
    @Test
    void programInAnotherMountNamespace_isNamedSo() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("jar"));
        Path jar = Files.copy(Path.of(Program.AGENT_JAR), folder.resolve("agent.jar"));
        assumeTrue(canUnshare(), "SKIPPED: no right to make a mount namespace");
        String java = String.join(" ", Program.java(), LOADING, "-cp", classes(), Odd.class.getName());
        try (Program program = Program.of(
                        "unshare", "--mount", "sh", "-c", "mount -t tmpfs none " + folder + " && exec " + java)
                .awaitReady()) {
            assertThat(attach(jar, program, "idle=100s"))
                    .startsWith("1 ")
                    .contains("is in another mount namespace", "nsenter")
                    .doesNotContain("DisableAttachMechanism", "JDK 17 or newer");
        }
    }

    private static boolean canUnshare() throws Exception {
        try {
            boolean can =
                    new ProcessBuilder("unshare", "--mount", "true").start().waitFor() == 0;
            if (!can) {
                System.err.println("SKIPPED programInAnotherMountNamespace: no right to make a mount namespace");
            }
            return can;
        } catch (IOException e) {
            System.err.println("SKIPPED programInAnotherMountNamespace: " + e.getMessage());
            return false;
        }
    }

    /** An agent that is broken itself, not its settings. */
    @Test
    void strict_endsTheProgram_afterAnErrorToo() throws Exception {
        Path broken = without("io/keepalive/agent/Hooks.class");

        try (Program program = odd("-javaagent:" + broken + "=strict")) {
            assertThat(program.awaitExit()).isEqualTo(1);
            assertThat(program.output()).isEmpty();
            assertThat(program.errors()).anyMatch(line -> line.contains("strict"));
        }
        try (Program program = odd("-javaagent:" + broken)) {
            program.awaitReady();
            assertThat(program.end()).isZero();
            assertThat(program.errors()).anyMatch(line -> line.contains("the program runs without the agent"));
        }
    }

    /** Without the agent's own jar on the class path, which would be found before the one that is named here. */
    private static Program odd(String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("-cp", classes(), Odd.class.getName()));
        return Program.java(Map.of(), arguments);
    }

    private static String classes() throws Exception {
        return Path.of(Odd.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
    }

    private Path without(String name) throws Exception {
        Path copy = directory.resolve("broken.jar");
        try (JarFile jar = new JarFile(Program.AGENT_JAR);
                JarOutputStream output = new JarOutputStream(Files.newOutputStream(copy), jar.getManifest())) {
            Enumeration<JarEntry> entries = jar.entries();
            List<JarEntry> all = new ArrayList<>(Collections.list(entries));
            for (JarEntry entry : all) {
                if (!entry.getName().equals(name) && !entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    output.putNextEntry(new JarEntry(entry.getName()));
                    output.write(jar.getInputStream(entry).readAllBytes());
                }
            }
        }
        return copy;
    }

    private static int[] open(Program program) throws Exception {
        program.writeLine("open");
        program.await(line -> line.startsWith("opened"));
        String[] words = program.output().get(program.output().size() - 1).split(" ", -1);
        return new int[] {Integer.parseInt(words[1]), Integer.parseInt(words[2])};
    }

    /** Returns the exit code, a space, and both outputs. */
    private static String attach(Program program, String order) throws Exception {
        return attach(Path.of(Program.AGENT_JAR), program, order);
    }

    private static String attach(Path jar, Program program, String order) throws Exception {
        try (Program attach =
                Program.java(Map.of(), List.of("-jar", jar.toString(), String.valueOf(program.pid()), order))) {
            int exitCode = attach.awaitExit();
            return exitCode + " " + String.join("\n", attach.output()) + String.join("\n", attach.errors());
        }
    }
}
