package io.keepalive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A finished program.
 *
 * @param output standard output and standard error
 */
record Run(int exitCode, List<String> output) {
    private static final long LIMIT_SECONDS = 90;

    static Path jar() {
        return Path.of(System.getProperty("keepalive.jar"));
    }

    static Path root() {
        return Path.of(System.getProperty("keepalive.root")).toAbsolutePath().normalize();
    }

    static Run executableJar(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar().toString()));
        command.addAll(List.of(arguments));
        return of(environment, command);
    }

    /** Without a terminal: standard input is empty, standard output a pipe. */
    static Run of(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), output.lines().toList());
    }
}
