package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.agent.programs.Pair;
import io.keepalive.agent.programs.Restricted;
import io.keepalive.testing.Ss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong with the agent: one clear line, and the program runs. */
@Tag("thorough")
class HarmlessIT {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    idle=5                      | argument: keepalive policy 'idle=5': idle
                    file=/no/such/file          | argument: file=/no/such/file can't be read
                    to 999.1.1.1 off            | argument: rule 'to 999.1.1.1 off': '999.1.1.1' (expected: an address
                    to db.example.com off       | argument: rule 'to db.example.com off': 'db.example.com' (expected: an address
                    """)
    void wrongSettings_areOneLine_andTheProgramRunsAsIfThereWereNone(String settings, String message) throws Exception {
        Finished finished = run(Map.of(), Program.agent(settings));

        assertThat(finished.exitCode()).isZero();
        assertThat(finished.timer()).isEqualTo("no timer");
        assertThat(finished.errors())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("keepalive-agent: " + message)
                .endsWith("; the program runs without the agent");
    }

    /** A pipe would block the start; what is too large would fill the heap. */
    @Test
    void oddFiles_areOneLine_andAByteOrderMarkIsNone() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        Path large = Files.write(directory.resolve("large.conf"), new byte[(1 << 20) + 1]);
        Path marked = Files.writeString(directory.resolve("marked.conf"), "\uFEFFidle=77s\n");

        assertThat(run(Map.of(), Program.agent("file=" + fifo)).errors())
                .singleElement()
                .asString()
                .contains("is no regular file");
        assertThat(run(Map.of(), Program.agent("file=" + large)).errors())
                .singleElement()
                .asString()
                .contains("too large");
        assertThat(Ss.secondsToProbe(
                        run(Map.of(), Program.agent("file=" + marked)).timer()))
                .isBetween(31.0, 77.0);
    }

    @Test
    void wrongSettings_endTheProgram_whereStrictWasAsked() throws Exception {
        try (Program program = Program.start(List.of(Program.agent("idle=5;strict")), Pair.class)) {
            assertThat(program.awaitExit()).isEqualTo(1);
            assertThat(program.output()).isEmpty();
            assertThat(program.errors()).hasSize(1).first().asString().contains("strict: the program is not started");
        }
    }

    @Test
    void disabled_changesNothing() throws Exception {
        Finished finished = run(Map.of(), Program.agent(""), "-Dkeepalive.disabled=true");

        assertThat(finished.timer()).isEqualTo("no timer");
        assertThat(finished.errors()).containsExactly("keepalive-agent: does nothing: -Dkeepalive.disabled=true");
    }

    @Test
    void observe_changesNothing_andReportsWhatWouldChange() throws Exception {
        Finished finished = run(Map.of(), Program.agent("precedence=observe"));

        assertThat(finished.timer()).isEqualTo("no timer");
        assertThat(finished.errors())
                .anyMatch(line -> line.contains("2 x SO_KEEPALIVE off OBSERVED"))
                .anyMatch(line -> line.contains("2 x TCP_KEEPIDLE 7200s OBSERVED"));
    }

    @Test
    void environment_isEnough_andQuietIsQuiet() throws Exception {
        Finished finished = run(Map.of(
                "JAVA_TOOL_OPTIONS", "-javaagent:" + Program.AGENT_JAR, "KEEPALIVE_AGENT", "to 10.0.0.0/8 off; quiet"));

        assertThat(Ss.secondsToProbe(finished.timer())).isBetween(1.0, 30.0);
        assertThat(finished.errors()).hasSize(1).first().asString().startsWith("Picked up JAVA_TOOL_OPTIONS");
    }

    /** Which forbids the agent to read as much as a property. */
    @Test
    @EnabledForJreRange(max = JRE.JAVA_23)
    void securityManager_thatGrantsTheAgentNothing_keepsItAway_andTheProgramRuns() throws Exception {
        Finished finished = run(Map.of(), restricted("", Program.agent("outliving=4m")));

        assertThat(finished.exitCode()).isZero();
        assertThat(finished.timer()).isEqualTo("no timer");
        assertThat(finished.errors())
                .filteredOn(line -> line.startsWith("keepalive-agent: "))
                .singleElement()
                .asString()
                .contains("not started, the program runs without it", "AccessControlException");
    }

    /** Options are set with the agent's rights, and what the program may do stays what it was. */
    @Test
    @EnabledForJreRange(max = JRE.JAVA_23)
    void restrictedProgram_isKept_andStaysRestricted() throws Exception {
        String grant = "grant codeBase \"file:" + Program.AGENT_JAR + "\" { permission java.security.AllPermission; };";
        List<String> without;
        List<String> with;
        List<String> errors;
        try (Program program = Program.start(List.of(restricted(grant)), Restricted.class)) {
            assertThat(program.awaitExit()).isZero();
            without = program.output();
        }
        try (Program program = Program.start(
                List.of(restricted(grant, Program.agent("idle=77s,user-timeout=90s"))), Restricted.class)) {
            assertThat(program.awaitExit()).isZero();
            with = program.output();
            errors = program.errors();
        }

        assertThat(without).hasSize(3).anyMatch(line -> line.contains("AccessControlException"));
        assertThat(with).isEqualTo(without);
        assertThat(errors)
                .anyMatch(line -> line.contains("4 x TCP_KEEPIDLE 77s APPLIED"))
                .anyMatch(line -> line.contains("SO_KEEPALIVE=off was refused"))
                .noneMatch(line -> line.contains("failures"));
    }

    private String[] restricted(String grant, String... options) throws IOException {
        Path policy = Files.writeString(directory.resolve("restrictive.policy"), grant + """

                        grant { permission java.net.SocketPermission "*", "connect,accept,listen,resolve"; };
                        """);
        List<String> all = new ArrayList<>(List.of("-Djava.security.manager", "-Djava.security.policy==" + policy));
        all.addAll(List.of(options));
        return all.toArray(String[]::new);
    }

    /** As in a small run-time image, or a modular program: no jdk.net, no jdk.jfr, no java.management. */
    @Test
    void jvmWithTheLeastModules_isKeptAllTheSame() throws Exception {
        Finished finished =
                run(Map.of(), Program.agent("idle=77s,interval=9s"), "--limit-modules=java.base,java.instrument");

        assertThat(Ss.secondsToProbe(finished.timer())).isBetween(1.0, 77.0);
        assertThat(finished.errors())
                .anyMatch(line -> line.contains("2 x TCP_KEEPINTVL 9s APPLIED"))
                .noneMatch(line -> line.contains("failures"));
    }

    @Test
    void fileAndLog_areUsed() throws Exception {
        Path settings = Files.writeString(
                directory.resolve("agent.conf"), "# ours\nexclude\nto 127.0.0.0/8 idle=77s # the test\n");
        Path log = directory.resolve("agent.log");

        Finished finished = run(Map.of(), Program.agent("file=" + settings + ";log=" + log));

        assertThat(Ss.secondsToProbe(finished.timer())).isBetween(31.0, 77.0);
        assertThat(finished.errors()).isEmpty();
        assertThat(Files.readString(log)).contains("keeps TCP connections with exclude", "1 x Socket opened");
    }

    @Test
    void unwritableLog_isSaid_andStandardErrorIsUsed() throws Exception {
        Finished finished = run(Map.of(), Program.agent("log=/no/such/folder/agent.log"));

        assertThat(Ss.secondsToProbe(finished.timer())).isPositive();
        assertThat(finished.errors().get(0)).contains("log=/no/such/folder/agent.log can't be written");
    }

    @Test
    void anotherAgent_isNotDisturbed_whicheverComesFirst() throws Exception {
        String other = "-javaagent:" + System.getProperty("other.agent.jar");
        String[] quiet = {"-Dotel.traces.exporter=none", "-Dotel.metrics.exporter=none", "-Dotel.logs.exporter=none"};
        for (List<String> agents : List.of(List.of(other, Program.agent("")), List.of(Program.agent(""), other))) {
            List<String> options = new ArrayList<>(agents);
            options.addAll(List.of(quiet));

            Finished finished = run(Map.of(), options.toArray(String[]::new));

            assertThat(finished.exitCode()).isZero();
            assertThat(Ss.secondsToProbe(finished.timer())).isBetween(1.0, 30.0);
            assertThat(finished.errors())
                    .anyMatch(line -> line.contains("opentelemetry-javaagent - version"))
                    .anyMatch(line -> line.contains("1 x Socket opened"))
                    .noneMatch(line -> line.contains("failures") || line.contains("are not kept"));
        }
    }

    private record Finished(int exitCode, String timer, List<String> errors) {}

    private static Finished run(Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), Pair.class.getName()));
        try (Program program = Program.java(environment, arguments).await(line -> line.startsWith("opened 1"))) {
            String[] words = program.output().get(program.output().size() - 1).split(" ", -1);
            String timer = Ss.timer(Integer.parseInt(words[2]), Integer.parseInt(words[3]));
            int exitCode = program.end();
            return new Finished(exitCode, timer, program.errors());
        }
    }
}
