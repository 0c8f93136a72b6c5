package io.keepalive.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keepalive.lab.Command;
import io.keepalive.lab.CommandResult;
import io.keepalive.lab.Host;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unmodified programs, running and connected through a NAT that forgets: dead without keep, alive with it. */
class KeepIT {
    private static final String POLICY = "idle=2s,interval=1s,count=3";

    /** Longer than it takes on a busy machine to start the programs and then keep. */
    private static final int FORGETS_AFTER_SECONDS = 12;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String PYTHON = """
            import socket, sys
            s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
            s.settimeout(3)
            print("connected", flush=True)
            for line in sys.stdin:
                try:
                    s.sendall(b"x")
                    print("alive" if s.recv(1) else "dead", flush=True)
                except OSError:
                    print("dead", flush=True)
            """;

    private static final String C = """
            #include <arpa/inet.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <sys/socket.h>
            #include <sys/time.h>
            int main(int argc, char **argv) {
                struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
                struct timeval limit = {3, 0};
                char line[64], byte = 1;
                int s = socket(AF_INET, SOCK_STREAM, 0);
                inet_pton(AF_INET, argv[1], &peer.sin_addr);
                if (argc < 3 || connect(s, (struct sockaddr *) &peer, sizeof peer)) return 1;
                setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
                puts("connected");
                fflush(stdout);
                while (fgets(line, sizeof line, stdin)) {
                    puts(send(s, &byte, 1, MSG_NOSIGNAL) == 1 && recv(s, &byte, 1, 0) == 1 ? "alive" : "dead");
                    fflush(stdout);
                }
                return 0;
            }
            """;

    /** Without the keepalive that Go's library switches on by itself. */
    private static final String GO = """
            package main

            import (
            	"bufio"
            	"fmt"
            	"net"
            	"os"
            	"time"
            )

            func main() {
            	dialer := net.Dialer{KeepAlive: -1}
            	connection, failure := dialer.Dial("tcp", os.Args[1]+":"+os.Args[2])
            	if failure != nil {
            		os.Exit(1)
            	}
            	fmt.Println("connected")
            	lines := bufio.NewScanner(os.Stdin)
            	for lines.Scan() {
            		connection.SetDeadline(time.Now().Add(3 * time.Second))
            		connection.Write([]byte("x"))
            		if _, failure = connection.Read(make([]byte, 1)); failure == nil {
            			fmt.Println("alive")
            		} else {
            			fmt.Println("dead")
            		}
            	}
            }
            """;

    @TempDir
    private Path folder;

    @Test
    @WithNatLab(idleTimeoutSeconds = FORGETS_AFTER_SECONDS)
    void keep_runningProgramsOfManyLanguages_surviveTheNat(NatLab lab) throws Exception {
        assumeTrue(Runtime.version().feature() >= 22, "keep needs JDK 22 or newer");
        LabProcess server = lab.server().java(EchoPair.class, "serve", "7000", "7001", "7002");
        server.awaitLine(line -> line.equals("ready"), LIMIT);
        List<Path> compiled = compile();
        List<LabProcess> kept = programs(lab, "7000", compiled);
        // At once: what the NAT has forgotten meanwhile nothing brings back.
        CommandResult result = keep(lab.client(), "--port", "7000", POLICY).run();
        assertThat(result.lines().toString()).contains("kept " + kept.size() + " connection");
        LabProcess watch =
                keep(lab.client(), "--port", "7002", "--watch", POLICY).start();
        List<LabProcess> alone = programs(lab, "7001", compiled);
        List<LabProcess> later = programs(lab, "7002", compiled);
        watch.awaitLine(line -> line.startsWith("kept "), LIMIT);
        CommandResult undone = keep(lab.client(), "--port", "7001", "--undo").run();
        assertThat(undone.lines().toString()).contains("nothing to undo");

        TimeUnit.SECONDS.sleep(FORGETS_AFTER_SECONDS + 3); // the NAT's time passes for all of them
        assertThat(answers(kept)).containsOnly("alive");
        assertThat(answers(later)).containsOnly("alive");
        assertThat(answers(alone)).containsOnly("dead");

        CommandResult restored = keep(lab.client(), "--port", "7000", "--undo").run();
        assertThat(restored.lines().toString()).contains("restored " + kept.size() + " connection");
        assertThat(lab.client()
                        .command("ss", "-tnoH", "dport = :7000")
                        .run()
                        .lines()
                        .toString())
                .doesNotContain("keepalive");
    }

    @Test
    void keep_processThatIsNotThere_namesIt() throws Exception {
        assumeTrue(Runtime.version().feature() >= 22, "keep needs JDK 22 or newer");
        Process process = new ProcessBuilder(
                        java(), "-jar", System.getProperty("keepalive.jar"), "keep", "--pid", "999999999")
                .redirectErrorStream(true)
                .start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("pid: 999999999 (expected: a running process)");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    /**
     * The program in C, if there is a compiler, and with {@code -Dkeepalive.go=true} the one in Go, whose compiler takes its time
     * ({@code scripts/install-test-servers --all} installs it).
     */
    private List<Path> compile() throws IOException, InterruptedException {
        List<Path> binaries = new ArrayList<>();
        if (isThere("cc")) {
            binaries.add(compile(C, "client.c", "cc"));
        }
        if (Boolean.getBoolean("keepalive.go")) {
            binaries.add(compile(GO, "client.go", "go", "build"));
        }
        return binaries;
    }

    private Path compile(String program, String file, String... compiler) throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve(file), program);
        Path binary = folder.resolve(file + ".run");
        List<String> command = new ArrayList<>(List.of(compiler));
        command.addAll(List.of("-o", binary.toString(), source.toString()));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        return binary;
    }

    /** Started side by side, so that the last one is connected before the NAT forgets the first. */
    private List<LabProcess> programs(NatLab lab, String port, List<Path> compiled)
            throws IOException, InterruptedException {
        String host = lab.server().address();
        List<LabProcess> programs = new ArrayList<>();
        programs.add(lab.client().java(EchoPair.class, "call", host, port));
        if (isThere("python3")) {
            Path script = Files.writeString(folder.resolve("client.py"), PYTHON);
            programs.add(lab.client()
                    .command("python3", script.toString(), host, port)
                    .start());
        }
        for (Path binary : compiled) {
            programs.add(lab.client().command(binary.toString(), host, port).start());
        }
        for (LabProcess program : programs) {
            program.awaitLine(line -> line.equals("connected"), LIMIT);
        }
        return programs;
    }

    private static List<String> answers(List<LabProcess> programs) {
        programs.forEach(program -> program.writeLine("now"));
        List<String> answers = new ArrayList<>();
        for (LabProcess program : programs) {
            answers.add(program.awaitLine(line -> line.equals("alive") || line.equals("dead"), LIMIT));
        }
        return answers;
    }

    private static boolean isThere(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private Command keep(Host host, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "-jar",
                System.getProperty("keepalive.jar"),
                "keep",
                "--journal",
                folder.resolve("kept.jsonl").toString()));
        arguments.addAll(List.of(options));
        return host.command(java(), arguments.toArray(String[]::new));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
