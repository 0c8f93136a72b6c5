package io.keepalive.jar;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The jar that is under test, as it will be published, and a JVM to run it in. */
final class PublishedJar {
    private PublishedJar() {}

    static Path path() throws Exception {
        Path path = Path.of(KeepAlive.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        assertThat(path).as("integration tests run against the packaged jar").isRegularFile();
        return path;
    }

    /** Runs this JDK's java and returns what it printed. */
    static String java(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
