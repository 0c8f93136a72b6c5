package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.agent.programs.FromListenedPort;
import io.keepalive.agent.programs.Pair;
import io.keepalive.testing.Ss;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Into a program that runs already, and out of it again. */
class AttachIT {
    @Test
    void attach_keepsOpenConnectionsAndNewOnes_reports_andDetachLeavesThem() throws Exception {
        try (Program program = Program.start(List.of("-XX:+EnableDynamicAgentLoading"), Pair.class)
                .await(line -> line.startsWith("opened 1"))) {
            int[] first = ports(program, "opened 1");
            assertThat(Ss.timer(first[0], first[1])).isEqualTo("no timer");

            assertThat(attach(program, "idle=100s,interval=9s"))
                    .contains("keeps TCP connections with idle=100s,interval=9s, precedence TIGHTEN")
                    .contains("2 connections were open already");
            assertKept(first);

            program.writeLine("again");
            program.await(line -> line.startsWith("opened 2"));
            int[] second = ports(program, "opened 2");
            assertKept(second);
            assertThat(attach(program, "--report"))
                    .contains("1 x open already opened", "1 x open already accepted")
                    .contains("1 x Socket opened", "1 x Socket accepted")
                    .contains("4 x TCP_KEEPIDLE 100s APPLIED");

            assertThat(attach(program, "--detach")).contains("detached");
            program.writeLine("again");
            program.await(line -> line.startsWith("opened 3"));
            int[] third = ports(program, "opened 3");
            assertThat(Ss.timer(third[0], third[1])).isEqualTo("no timer");
            assertKept(first);
            assertKept(second);

            // And once more, with what is defined in the JVM already.
            assertThat(attach(program, "from * exclude; idle=90s")).contains("1 rule");
            assertThat(Ss.secondsToProbe(Ss.timer(third[0], third[1]))).isBetween(1.0, 90.0);
            assertThat(Ss.timer(third[1], third[0])).isEqualTo("no timer");
            assertThat(program.output()).allMatch(line -> line.startsWith("opened"));
        }
    }

    /** What was seen to be opened was opened, whatever port it is from. */
    @Test
    void connectionFromAPortOnceListenedOn_isNotTakenForAnAcceptedOne() throws Exception {
        try (Program program = Program.start(
                        List.of("-XX:+EnableDynamicAgentLoading", Program.agent("from * exclude; idle=100s")),
                        FromListenedPort.class)
                .await(line -> line.startsWith("opened 1"))) {
            int[] ports = ports(program, "opened 1");
            assertThat(Ss.secondsToProbe(Ss.timer(ports[0], ports[1]))).isBetween(1.0, 100.0);
            assertThat(Ss.timer(ports[1], ports[0])).isEqualTo("no timer");

            attach(program, "from * exclude; idle=60s");
            program.writeLine("switch it off");
            program.await("switched off"::equals);

            assertThat(Ss.secondsToProbe(Ss.timer(ports[0], ports[1]))).isBetween(1.0, 60.0);
            assertThat(Ss.timer(ports[1], ports[0])).isEqualTo("no timer");
            assertThat(attach(program, "--report")).contains("SO_KEEPALIVE=off was refused");
        }
    }

    @Test
    void listenerThatTheAgentKept_isGivenBack_whenTheSettingsChange() throws Exception {
        try (Program program = Program.start(
                        List.of("-XX:+EnableDynamicAgentLoading", Program.agent("idle=100s")), Pair.class)
                .await(line -> line.startsWith("opened 1"))) {
            assertKept(ports(program, "opened 1"));

            assertThat(attach(program, "from * exclude; idle=90s")).contains("1 rule");

            program.writeLine("again");
            program.await(line -> line.startsWith("opened 2"));
            int[] second = ports(program, "opened 2");
            assertThat(Ss.secondsToProbe(Ss.timer(second[0], second[1]))).isBetween(1.0, 90.0);
            assertThat(Ss.timer(second[1], second[0])).isEqualTo("no timer");
        }
    }

    @Test
    void listenerThatTheAgentKept_isGivenBack_atDetach() throws Exception {
        try (Program program = Program.start(
                        List.of("-XX:+EnableDynamicAgentLoading", Program.agent("idle=100s")), Pair.class)
                .await(line -> line.startsWith("opened 1"))) {
            assertThat(attach(program, "--report")).contains("2 x TCP_KEEPIDLE 100s APPLIED");

            assertThat(attach(program, "--detach")).contains("detached");

            program.writeLine("again");
            program.await(line -> line.startsWith("opened 2"));
            int[] second = ports(program, "opened 2");
            assertThat(Ss.timer(second[1], second[0])).isEqualTo("no timer");
        }
    }

    @Test
    void runTimeImageWithoutAttach_isReported() throws Exception {
        try (Program attach = Program.java(
                Map.of(),
                List.of("--limit-modules=java.base,java.instrument,jdk.net", "-jar", Program.AGENT_JAR, "1"))) {
            assertThat(attach.awaitExit()).isEqualTo(1);
            assertThat(attach.errors()).hasSize(1).first().asString().contains("lacks the module jdk.attach");
        }
    }

    @Test
    void jvmThatForbidsAttaching_isReported_andGoesOn() throws Exception {
        try (Program program = Program.start(List.of("-XX:+DisableAttachMechanism"), Pair.class)
                .await(line -> line.startsWith("opened 1"))) {
            assertThat(attach(program, "idle=100s")).contains("can't be attached to", "-XX:+DisableAttachMechanism");

            program.writeLine("again");
            program.await(line -> line.startsWith("opened 2"));
        }
    }

    @Test
    void wrongSettings_areReportedToTheCaller_andChangeNothing() throws Exception {
        try (Program program = Program.start(List.of("-XX:+EnableDynamicAgentLoading"), Pair.class)
                .await(line -> line.startsWith("opened 1"))) {
            int[] ports = ports(program, "opened 1");

            assertThat(attach(program, "idle=never; strict")).contains("error: argument: ", "idle");

            assertThat(Ss.timer(ports[0], ports[1])).isEqualTo("no timer");
            program.writeLine("again");
            program.await(line -> line.startsWith("opened 2"));
        }
    }

    @Test
    void attach_saysWhatIsWrong_whereThereIsNoSuchJvm() throws Exception {
        try (Program attach = Program.java(Map.of(), List.of("-jar", Program.AGENT_JAR, "999999999"))) {
            assertThat(attach.awaitExit()).isEqualTo(1);
            assertThat(attach.errors()).hasSize(1).first().asString().contains("999999999 can't be attached to");
        }
    }

    @Test
    void wrongUsage_isTwo() throws Exception {
        try (Program attach = Program.java(Map.of(), List.of("-jar", Program.AGENT_JAR, "--report"))) {
            assertThat(attach.awaitExit()).isEqualTo(2);
            assertThat(attach.errors().get(0)).startsWith("usage:");
        }
    }

    private static String attach(Program program, String order) throws Exception {
        try (Program attach =
                Program.java(Map.of(), List.of("-jar", Program.AGENT_JAR, String.valueOf(program.pid()), order))) {
            attach.awaitExit();
            return String.join("\n", attach.output()) + String.join("\n", attach.errors());
        }
    }

    private static void assertKept(int[] ports) throws Exception {
        assertThat(Ss.secondsToProbe(Ss.timer(ports[0], ports[1]))).isBetween(1.0, 100.0);
        assertThat(Ss.secondsToProbe(Ss.timer(ports[1], ports[0]))).isBetween(1.0, 100.0);
    }

    private static int[] ports(Program program, String start) {
        String line = program.output().stream()
                .filter(each -> each.startsWith(start))
                .findFirst()
                .orElseThrow();
        String[] words = line.split(" ", -1);
        return new int[] {Integer.parseInt(words[2]), Integer.parseInt(words[3])};
    }
}
