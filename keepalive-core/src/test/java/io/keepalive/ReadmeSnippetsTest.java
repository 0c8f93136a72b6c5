package io.keepalive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The README's code compiles and runs, and stands in the README to the letter. */
class ReadmeSnippetsTest {
    private static final Path SOURCE = Path.of("src/test/java/io/keepalive/ReadmeSnippetsTest.java");

    /** Not run: it listens on a fixed port. {@link #firstScreen_runs} does the same on a free one. */
    @SuppressWarnings({"unused", "resource"})
    private static void firstScreen() throws IOException {
        // snippet
        KeepAlive policy = KeepAlive.outliving(Middlebox.AZURE_LOAD_BALANCER); // idle=120s,interval=30s,count=8

        ServerSocket server = policy.server().listen(7000); // every socket that it accepts is kept
        Socket client = policy.client().connect("127.0.0.1", 7000); // and so is this one

        KeepAliveReport report = policy.applyTo(client); // any socket or channel that you have already
        System.out.println(report); // what the operating system really holds, and what it refused
        // end
    }

    @Test
    void firstScreen_runs() throws IOException {
        KeepAlive policy = KeepAlive.outliving(Middlebox.AZURE_LOAD_BALANCER);
        assertThat(policy).hasToString("idle=120s,interval=30s,count=8");
        try (ServerSocket server = policy.server().listen(0);
                Socket client = policy.client().connect("127.0.0.1", server.getLocalPort());
                Socket accepted = server.accept()) {
            assertThat(KeepAlive.inspect(accepted).effective()).contains(policy);
            assertThat(policy.applyTo(client).effective()).contains(policy);
        }
    }

    @Test
    void firstScreen_standsInTheReadme() throws IOException {
        String source = Files.readString(SOURCE);
        int start = source.indexOf("// snippet\n") + "// snippet\n".length();
        String snippet =
                source.substring(start, source.indexOf("// end\n", start)).stripIndent();

        assertThat(Files.readString(Path.of("../README.md"))).contains(snippet);
    }

    @Test
    void otherPolicyTexts_parse() {
        assertThat(KeepAlive.parse("outliving=4m,count=5")).hasToString("idle=120s,interval=30s,count=5");
        assertThat(KeepAlive.parse("outliving=4m,user-timeout=auto").userTimeout())
                .isPresent();
    }
}
