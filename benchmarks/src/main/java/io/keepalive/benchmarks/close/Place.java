package io.keepalive.benchmarks.close;

import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.testing.TestCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Where the two processes of a row run. */
interface Place extends AutoCloseable {
    /** The system property by which a program learns where the listener is. */
    String ADDRESS = "close.address";

    /** Starts one of the two; the first one listens. */
    Running start(boolean listens, Class<?> program, List<String> words) throws IOException;

    @Override
    void close();

    /** A program that runs. */
    interface Running {
        /** The first line, from one that listens. */
        String awaitPort() throws IOException;

        /** What it prints until its end. */
        List<String> awaitLines() throws IOException;
    }

    /** In a program of a row: where the listener is. */
    static InetAddress address() {
        String given = System.getProperty(ADDRESS);
        try {
            return given == null ? InetAddress.getLoopbackAddress() : InetAddress.getByName(given);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(ADDRESS + ": " + given, e);
        }
    }

    /** Two processes of this machine. */
    record Loopback() implements Place {
        @Override
        public Running start(boolean listens, Class<?> program, List<String> words) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx1g",
                    TestCertificate.ofThisJvm().option(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    program.getName()));
            command.addAll(words);
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new Piped(
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
        }

        @Override
        public void close() {}

        private record Piped(BufferedReader output) implements Running {
            @Override
            public String awaitPort() throws IOException {
                return Objects.requireNonNull(output.readLine(), "a port");
            }

            @Override
            public List<String> awaitLines() {
                return output.lines().toList();
            }
        }
    }

    /** Two hosts with a router between them that translates addresses, and that loses some of the packets. */
    final class Lab implements Place {
        private static final Duration LIMIT = Duration.ofMinutes(30);

        private final NatLab lab =
                NatLab.builder().idleTimeout(Duration.ofDays(1)).start();

        Lab(int lossPercent) {
            lab.loss(lossPercent);
        }

        @Override
        public Running start(boolean listens, Class<?> program, List<String> words) {
            LabProcess process = (listens ? lab.server() : lab.client())
                    .javaCommand(program, words.toArray(new String[0]))
                    .options(
                            "-Xmx1g",
                            "-D" + ADDRESS + "=" + lab.server().address(),
                            TestCertificate.ofThisJvm().option())
                    .start();
            return new InLab(process);
        }

        @Override
        public void close() {
            lab.close();
        }

        private record InLab(LabProcess process) implements Running {
            @Override
            public String awaitPort() {
                return process.awaitLine(line -> line.startsWith("port "), LIMIT);
            }

            @Override
            public List<String> awaitLines() {
                process.awaitExit(LIMIT);
                return process.lines();
            }
        }
    }
}
