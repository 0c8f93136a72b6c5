package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import io.keepalive.netty.heartbeat.CodecServerProgram;
import io.keepalive.netty.heartbeat.Watched;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A path that swallows everything, under an application that writes all the time: writes succeed, and prove nothing. */
@Tag("thorough")
class BlackholeIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void cutPath_whileTheApplicationWrites_isFoundInTime(NatLab lab) {
        LabProcess server = lab.server().javaCommand(CodecServerProgram.class).start();
        server.awaitLine("listening"::equals, LIMIT);
        LabProcess client = lab.client()
                .javaCommand(BlackholeProgram.class, lab.server().address())
                .options(LeakCheck.options())
                .start();
        client.awaitLine("early alarms: []"::equals, LIMIT);
        lab.cut();
        client.writeLine("cut");
        client.awaitLine("leaks: []"::equals, LIMIT);

        List<String> deaths = client.lines().stream()
                .filter(line -> line.startsWith("death "))
                .toList();
        assertThat(deaths).hasSize(Transport.here().size());
        for (String death : deaths) {
            System.out.println("Blackhole, writing: " + death);
            assertThat(death).contains("HEARTBEAT_TIMEOUT");
            assertThat(Long.parseLong(death.split(" ", -1)[2]))
                    .as(death)
                    .isLessThan(Watched.PATIENT.detectionTime().toMillis() + 5000);
        }
    }
}
