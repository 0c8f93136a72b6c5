package io.keepalive.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.testing.Ss;
import java.io.IOException;
import java.time.Duration;

/** The proof that a connection is kept. */
final class Evidence {
    /** No value in it is anybody's default. */
    static final KeepAlive POLICY = KeepAlive.parse("idle=47s,interval=7s,count=4");

    private Evidence() {}

    /** Asks the kernel about the connection that the server sees coming from this port. */
    static void assertKept(String client, int port) throws IOException, InterruptedException {
        String line = Ss.line("sport = :" + port);
        System.out.println(client + ": " + line);
        assertThat(Ss.secondsToProbe(line))
                .as(line)
                .isGreaterThan(0)
                .isLessThanOrEqualTo(POLICY.idle().map(Duration::toSeconds).orElseThrow());
    }

    static void assertNotKept(String client, int port) throws IOException, InterruptedException {
        String line = Ss.line("sport = :" + port);
        System.out.println(client + ": " + line);
        assertThat(line).doesNotContain("keepalive");
    }
}
