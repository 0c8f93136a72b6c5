package io.keepalive.pause;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A real process, stopped by a real SIGSTOP for 0.5 to 10 times the deadline while its peer goes on sending: nothing is
 * lost. Then the peer falls silent, and each connection is lost within the bound.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
class PauseIT {
    /** D = 600 + 2 * 300 + 2 * 37.5 = 1275 ms; a tick of 37.5 ms. */
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=600ms,pong-timeout=300ms,max-missed-pongs=2,require-heartbeats");

    private static final double[] DEADLINES = {0.5, 0.7, 0.9, 0.95, 0.98, 1, 1.05, 1.5, 3, 10};
    /** Of the same process; they were made at different times, so each is stopped at another phase. */
    private static final int CONNECTIONS = 5;

    private static final int STOPS = CONNECTIONS
            * Arrays.stream(DEADLINES).mapToInt(PauseIT::repetitions).sum();

    /** Of a noisy machine with two cores; to the millisecond it is tested in virtual time. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private volatile boolean silent;

    @Test
    void stopped_whileThePeerKeptSending_nothingIsLost_andTheDeadAreStillFound() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress())) {
            Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
            daemon(() -> accept(server, sockets));
            daemon(() -> beat(sockets));
            List<Thread> trials = new ArrayList<>();
            Queue<String> falseDeaths = new ConcurrentLinkedQueue<>();
            Queue<String> deaths = new ConcurrentLinkedQueue<>();
            Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Process> processes = new ArrayList<>();
            try {
                for (double deadlines : DEADLINES) {
                    Process process = new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Xshare:auto",
                                    "-XX:TieredStopAtLevel=1",
                                    "-XX:+UseSerialGC",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    PauseProgram.class.getName(),
                                    Integer.toString(server.getLocalPort()),
                                    CONFIG.toString(),
                                    Integer.toString(CONNECTIONS))
                            .redirectErrorStream(true)
                            .start();
                    processes.add(process);
                    trials.add(daemon(() -> {
                        try {
                            trial(process, deadlines, falseDeaths);
                        } catch (Throwable e) {
                            failures.add(e);
                        }
                    }));
                }
                for (Thread trial : trials) {
                    trial.join();
                }
                assertThat(failures).isEmpty();
                assertThat(falseDeaths).as("of %s stops", STOPS).isEmpty();

                silent = true;
                for (Process process : processes) {
                    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                    process.inputReader().lines().forEach(deaths::add);
                }
            } finally {
                processes.forEach(Process::destroyForcibly);
            }
            System.out.println("stops without a false death: " + STOPS + "; then " + deaths);
            assertThat(deaths.stream().filter(line -> line.startsWith("lost")))
                    .hasSize(DEADLINES.length * CONNECTIONS)
                    .allSatisfy(line -> {
                        assertThat(line).contains("HEARTBEAT_TIMEOUT");
                        assertThat(Duration.ofMillis(Long.parseLong(line.split(" ", -1)[2])))
                                .isGreaterThan(CONFIG.pongTimeout().multipliedBy(CONFIG.maxMissedPongs()))
                                .isLessThan(CONFIG.detectionTime().plus(SLACK));
                    });
        }
    }

    private static int repetitions(double deadlines) {
        return deadlines > 2 ? 1 : 2;
    }

    private static void trial(Process process, double deadlines, Queue<String> falseDeaths)
            throws IOException, InterruptedException {
        BufferedReader output = process.inputReader();
        String ready = output.readLine();
        assertThat(ready).startsWith("ready");
        for (int i = 0; i < repetitions(deadlines); i++) {
            Thread.sleep(300 + (long) (deadlines * 173) % 200 + i * 77L); // another phase
            signal("STOP", process);
            Thread.sleep((long) (deadlines * CONFIG.detectionTime().toMillis()));
            signal("CONT", process);
            Thread.sleep(CONFIG.detectionTime().toMillis());
        }
        while (output.ready()) {
            falseDeaths.add(deadlines + " x the deadline: " + output.readLine());
        }
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    // ---- the peer

    private void accept(ServerSocket server, Queue<Socket> sockets) {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                daemon(() -> answer(socket));
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    private void answer(Socket socket) {
        try {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            for (int read = in.read(); read >= 0; read = in.read()) {
                if (read == 'P' && !silent) {
                    out.write('A');
                }
            }
        } catch (IOException e) {
            // the process is gone
        }
    }

    /** Sends to all, every 100 ms. */
    private void beat(Queue<Socket> sockets) {
        try {
            while (!silent) {
                for (Socket socket : sockets) {
                    socket.getOutputStream().write('B');
                }
                Thread.sleep(100);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
