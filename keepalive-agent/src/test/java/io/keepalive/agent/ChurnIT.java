package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.agent.programs.ChurnProgram;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections come and go, and the agent holds nothing of them. The same with 100,000 is run by hand, as is the speed. */
class ChurnIT {
    private static final int CONNECTIONS = 10_000;

    /** Less than this times the connections would be a leak: a reference to something per connection takes more. */
    private static final long SLACK_KIB = 300;

    @Test
    void manyConnections_leaveNothingBehind() throws Exception {
        try (Program program = Program.start(
                List.of("-Xmx64m", Program.agent("idle=60s,user-timeout=90s")),
                ChurnProgram.class,
                String.valueOf(CONNECTIONS),
                "4")) {
            assertThat(program.awaitExit()).isZero();

            List<long[]> held = program.output().stream()
                    .filter(line -> line.startsWith("held "))
                    .map(line -> Arrays.stream(line.substring(5).split(" "))
                            .mapToLong(Long::parseLong)
                            .toArray())
                    .toList();
            program.output().forEach(System.out::println);
            long[] first = held.get(0);
            long[] last = held.get(1);
            assertThat(last[0] - first[0]).as("KiB of heap").isLessThan(SLACK_KIB);
            assertThat(last[1] - first[1]).as("descriptors").isLessThanOrEqualTo(1);
            assertThat(last[2] - first[2]).as("classes").isLessThan(100);
            assertThat(program.errors())
                    .anyMatch(line -> line.contains(2 * CONNECTIONS + " x SO_KEEPALIVE on APPLIED"))
                    .noneMatch(line -> line.contains("failures"));
        }
    }
}
