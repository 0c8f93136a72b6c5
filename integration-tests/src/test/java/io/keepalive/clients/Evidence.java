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

    /** Asks the kernel about the connection between the client's port and the server's. */
    static void assertKept(String client, int clientPort, int serverPort) throws IOException, InterruptedException {
        assertKept(client, Ss.line(clientPort, serverPort));
    }

    /** The line of {@code ss} for the client's end. */
    static void assertKept(String client, String line) {
        System.out.println(client + ": " + line);
        assertThat(Ss.secondsToProbe(line))
                .as(line)
                .isGreaterThan(0)
                .isLessThanOrEqualTo(POLICY.idle().map(Duration::toSeconds).orElseThrow());
    }

    static void assertNotKept(String client, int clientPort, int serverPort) throws IOException, InterruptedException {
        assertNotKept(client, Ss.line(clientPort, serverPort));
    }

    /** Without a timer. */
    static void assertNotKept(String client, String line) {
        System.out.println(client + ": " + line);
        assertThat(line).doesNotContain("keepalive");
    }

    /** With the two hours of the system: on without times. */
    static void assertSystemsTimes(String client, String line) {
        System.out.println(client + ": " + line);
        assertThat(Ss.secondsToProbe(line)).as(line).isGreaterThan(6000);
    }
}
