package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.agent.programs.ChurnProgram;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Connections come and go, and the agent holds nothing of them. The speed is measured by scripts/agent-cost. */
@Isolated("It keeps every core busy, and other tests wait for timers.")
@Tag("thorough")
class ChurnIT {
    private static final int CONNECTIONS = 40_000;

    /** Of two kinds in two directions the first 100, and one in 100 of the other 19,900. */
    private static final int READ_BACK = 4 * (100 + 199);

    /** Less than this times the connections would be a leak: a reference to something per connection takes more. */
    private static final long SLACK_KIB = 300;

    @Test
    void manyConnections_leaveNothingBehind() throws Exception {
        try (Program program = Program.start(
                List.of("-Xmx64m", "-XX:TieredStopAtLevel=4", Program.agent("idle=60s,user-timeout=90s")),
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
                    .anyMatch(line -> line.contains(2 * CONNECTIONS + " connections, read back: " + READ_BACK + " of "))
                    .anyMatch(line -> line.contains(READ_BACK + " x SO_KEEPALIVE on APPLIED"))
                    .noneMatch(line -> line.contains("failures"));
        }
    }
}
