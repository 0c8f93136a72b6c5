package io.keepalive.jar;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.SocketKeeper;
import java.io.File;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On a run-time image without the modules jdk.net and jdk.jfr nothing crashes: the report says what is missing and how to get it. */
class WithoutJdkNetIT {
    /** Runs in a JVM without jdk.net. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws Exception {
            System.out.println(
                    "jdk.net: " + ModuleLayer.boot().findModule("jdk.net").isPresent());
            try (Socket socket = new Socket()) {
                KeepAliveReport report = SocketKeeper.of(KeepAlive.defaults()).keep(socket);
                report.entries().forEach(System.out::println);
                System.out.println("keepalive: " + socket.getKeepAlive());
            }
        }
    }

    @Test
    void classPath_withoutJdkNet_reportsUnsupported() throws Exception {
        Path testClasses = Path.of(Program.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());

        String output = PublishedJar.java(List.of(
                "--limit-modules",
                "java.base",
                "-cp",
                PublishedJar.path() + File.pathSeparator + testClasses,
                Program.class.getName()));

        assertThat(output.lines())
                .contains(
                        "jdk.net: false",
                        "SO_KEEPALIVE on APPLIED",
                        "TCP_KEEPIDLE UNSUPPORTED (requested 30s; this Java run-time image lacks the module jdk.net;"
                                + " add it with jlink --add-modules jdk.net)",
                        "keepalive: true");
    }
}
