package io.keepalive.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.Postgres;
import io.keepalive.testing.ServerProgram;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sample with real servers behind a NAT, idle for more than 5 × its timeout: with the starter and one property all
 * clients get their answer on the connection that they had; without it none does. {@code scripts/try-spring-sample} runs
 * it and prints what happened; it takes a minute.
 */
@NeedsServer(ServerProgram.POSTGRES)
@EnabledIfSystemProperty(named = "sample.nat", matches = "true", disabledReason = "run scripts/try-spring-sample")
class ThroughNatIT {
    private static final int ANSWER_SECONDS = 4;

    @TempDir
    Path directory;

    @Test
    @WithNatLab(idleTimeoutSeconds = 4)
    void idleClients_withTheStarterAllAnswer_withoutItNone(NatLab lab) throws Exception {
        Assumptions.assumeTrue(Postgres.isRoot(), "PostgreSQL refuses to run as a rootless lab's only user");
        LabServers servers = LabServers.start(lab.server(), directory);
        long idleSeconds = lab.idleTimeout().toSeconds();
        SampleInLab kept = SampleInLab.start(
                lab.client(),
                8082,
                true,
                Stream.concat(
                                servers.properties().stream(),
                                Stream.of("--keepalive.policy=outliving=" + idleSeconds + "s"))
                        .toList(),
                List.of());
        // The second one, since its clients may connect again while the other one starts.
        SampleInLab plain = SampleInLab.start(lab.client(), 8081, false, servers.properties(), List.of(kept));

        lab.client().command("sleep", Long.toString(5 * idleSeconds + 1)).run().orThrow();
        Map<String, String> withStarter = kept.use(ANSWER_SECONDS);
        Map<String, String> without = plain.use(ANSWER_SECONDS);

        print("with the starter", withStarter, kept);
        print("without", without, plain);
        assertThat(kept.firstUse().values()).hasSameSizeAs(servers.ports()).containsOnly("answered");
        assertThat(plain.firstUse().values()).hasSameSizeAs(servers.ports()).containsOnly("answered");
        assertThat(kept.serverPorts()).containsExactlyInAnyOrderElementsOf(servers.ports());
        assertThat(kept.connections()).allMatch(line -> line.contains("timer:(keepalive,"));
        assertThat(withStarter).hasSameSizeAs(servers.ports());
        assertThat(withStarter.values()).containsOnly("answered");
        assertThat(without).hasSameSizeAs(servers.ports());
        assertThat(without.values()).doesNotContain("answered");
    }

    private static void print(String title, Map<String, String> outcomes, SampleInLab sample) {
        System.out.println("== " + title);
        sample.firstUse().forEach((client, outcome) -> System.out.println(client + ", first: " + outcome));
        sample.connections().forEach(System.out::println);
        outcomes.forEach((client, outcome) -> System.out.println(client + ": " + outcome));
    }
}
