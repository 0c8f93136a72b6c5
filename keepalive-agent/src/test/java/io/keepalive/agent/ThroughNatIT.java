package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.lab.Host;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Through a NAT that forgets idle connections: a program from a jar of its own, idle for longer than the NAT allows, is dead
 * without the agent, and lives with it; also where the agent came only when the connection was open already.
 */
class ThroughNatIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String IDLE_SECONDS = "28";

    @TempDir
    Path directory;

    @Test
    @WithNatLab(idleTimeoutSeconds = 20)
    void unmodifiedProgram_diesWithoutTheAgent_andLivesWithIt(NatLab lab) throws Exception {
        String jar = ForeignJar.create(directory).toString();
        LabProcess server = java(lab.server(), "-jar", jar, "server");
        server.awaitLine("listening"::equals, LIMIT);
        String address = lab.server().address();

        LabProcess plain = java(lab.client(), "-jar", jar, "client", address, IDLE_SECONDS);
        LabProcess kept =
                java(lab.client(), Program.agent("outliving=20s"), "-jar", jar, "client", address, IDLE_SECONDS);
        LabProcess attached =
                java(lab.client(), "-XX:+EnableDynamicAgentLoading", "-jar", jar, "client", address, IDLE_SECONDS);
        attached.awaitLine("ready"::equals, LIMIT);
        // From outside of its namespaces, as an administrator does with a container.
        String answer;
        try (Program attach = Program.java(
                Map.of(), List.of("-jar", Program.AGENT_JAR, String.valueOf(attached.pid()), "outliving=20s"))) {
            attach.awaitExit();
            answer = attach.output() + " " + attach.errors();
        }

        for (LabProcess client : List.of(plain, kept, attached)) {
            client.awaitLine(line -> line.equals("alive") || line.startsWith("dead"), LIMIT);
        }
        System.out.println("plain: " + plain.lines());
        System.out.println("kept: " + kept.lines());
        System.out.println("attached: " + attached.lines() + " " + answer);
        assertThat(plain.lines()).contains("dead: java.net.SocketTimeoutException: Read timed out");
        assertThat(kept.lines()).contains("alive");
        assertThat(attached.lines()).contains("alive");
    }

    private static LabProcess java(Host host, String... arguments) {
        return host.command(Program.java(), arguments).start();
    }
}
