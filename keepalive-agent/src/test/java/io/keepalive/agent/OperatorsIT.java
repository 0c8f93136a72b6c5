package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.agent.programs.Beans;
import io.keepalive.agent.programs.ChurnProgram;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see of the agent, under the names that are documented, whatever the jar calls its classes inside. */
class OperatorsIT {
    @TempDir
    Path directory;

    @Test
    void managementClient_findsTheBean() throws Exception {
        try (Program program = Program.start(List.of(Program.agent("idle=77s;quiet")), Beans.class)) {
            assertThat(program.awaitExit()).as("%s", program.errors()).isZero();

            assertThat(program.output())
                    .contains("Settings=idle=77s, precedence TIGHTEN")
                    .anyMatch(line -> line.startsWith("Connections=") && line.contains("Socket opened"))
                    .anyMatch(line -> line.startsWith("LaterCalls=") && line.contains("SO_KEEPALIVE=off was refused"))
                    .anyMatch(line -> line.startsWith("Report=report: idle=77s"));
        }
    }

    @Test
    void flightRecording_hasAnEventOfEachConnection_alsoOfThoseThatWouldNotBeReadBack() throws Exception {
        Path file = directory.resolve("program.jfr");
        try (Program program = Program.start(
                List.of(Program.agent("idle=77s"), "-XX:StartFlightRecording=filename=" + file),
                ChurnProgram.class,
                "1000",
                "1")) {
            assertThat(program.awaitExit()).isZero();

            assertThat(program.errors()).anyMatch(line -> line.contains("2000 x TCP_KEEPIDLE 77s APPLIED"));
        }

        List<RecordedEvent> applied = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("io.keepalive.Applied"))
                .toList();
        assertThat(applied)
                .hasSize(2000)
                .allSatisfy(event -> assertThat(event.getString("report")).contains("TCP_KEEPIDLE 77s APPLIED"));
        assertThat(applied)
                .anySatisfy(event -> assertThat(event.getStackTrace().getFrames())
                        .anyMatch(frame -> frame.getMethod().getType().getName().equals(ChurnProgram.class.getName())));
    }
}
