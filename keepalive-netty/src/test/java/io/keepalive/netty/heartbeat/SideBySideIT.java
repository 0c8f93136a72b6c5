package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.netty.LeakCheck;
import io.keepalive.netty.Transport;
import io.keepalive.netty.heartbeat.Watched.Kind;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Netty's IdleStateHandler and a heartbeat side by side, with the same deadline of a second, over a peer that is alive all
 * the time: every alarm is a false one. The table is in docs/netty.md.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "stops processes, and uses epoll")
@SuppressWarnings("FutureReturnValueIgnored") // the tests tell what arrived
@Tag("thorough")
class SideBySideIT {
    /** Of the deadline. */
    private static final List<Double> STOPS = List.of(0.5, 0.75, 0.95, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 5.0);

    private static final List<String> TABLE = new ArrayList<>();

    @AfterAll
    static void print() {
        TABLE.stream().sorted().forEach(System.out::println);
    }

    private static void row(String what, Object kind, Object transport, String alarms) {
        synchronized (TABLE) {
            TABLE.add("SIDE BY SIDE | " + what + " | " + kind + " | " + transport + " | " + alarms + " |");
        }
    }

    /** Of the scenarios that wait for each of them in turn. */
    private static List<Transport> transports() {
        return Transport.here().stream()
                .filter(each -> each != Transport.IO_URING)
                .toList();
    }

    private static void sleep(long millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }

    /** Timers run before reads: whoever judges there does not see the bytes that came meanwhile. */
    @Test
    void processStopped_whileThePeerSends_isNoDeath() throws Exception {
        Map<String, Integer> alarms = new TreeMap<>();
        try (Sender peer = new Sender(Integer.MAX_VALUE)) {
            Process program = program(StoppedProgram.class, String.valueOf(peer.port()));
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8));
            BufferedWriter input =
                    new BufferedWriter(new OutputStreamWriter(program.getOutputStream(), StandardCharsets.UTF_8));
            try {
                assertThat(output.readLine()).isEqualTo("ready");
                for (double stop : STOPS) {
                    sleep(500);
                    signal(program, "STOP");
                    sleep((long) (stop * Watched.DEADLINE.toMillis()));
                    signal(program, "CONT");
                    sleep(700);
                    input.write("tell\n");
                    input.flush();
                    for (String line = output.readLine(); !line.equals("done"); line = output.readLine()) {
                        int space = line.lastIndexOf(' ');
                        alarms.merge(
                                line.substring(0, space), Integer.parseInt(line.substring(space + 1)), Integer::sum);
                    }
                }
                input.close();
                assertThat(output.readLine()).isEqualTo("leaks: []");
            } finally {
                program.destroyForcibly();
            }
        }
        alarms.forEach((who, count) -> row(
                "process stopped for 0.5 to 5 times the deadline",
                who.split(" ", -1)[1],
                who.split(" ", -1)[0],
                count + " of " + 2 * STOPS.size()));
        for (Transport transport : Transport.here()) {
            assertThat(alarms.get(transport + " HEARTBEAT")).isZero();
        }
        for (Transport transport : transports()) { // with io_uring, the kernel has read meanwhile
            assertThat(alarms.get(transport + " IDLE_STATE"))
                    .as("the stops were real")
                    .isPositive();
        }
    }

    @Test
    void autoReadOff_whileThePeerSends_isNoDeath() throws Exception {
        compare("autoRead off for 3 s", Kind.IDLE_STATE, new Sender(Integer.MAX_VALUE), watched -> {
            watched.channel.config().setAutoRead(false);
            sleep(3000);
            watched.channel.config().setAutoRead(true);
            sleep(300);
        });
    }

    @Test
    void eventLoopBlocked_whileThePeerSends_isNoDeath() throws Exception {
        compare("event loop blocked for 3 s", Kind.IDLE_STATE, new Sender(Integer.MAX_VALUE), watched -> {
            watched.channel.eventLoop().execute(() -> {
                try {
                    sleep(3000);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            sleep(3700);
        });
    }

    /** The queue makes progress all the time. */
    @Test
    void largeSlowWrite_isNoStall() throws Exception {
        compare("32 MB written to a slow peer", Kind.IDLE_STATE_WRITING, new Sender(80_000), watched -> {
            ByteBuf large = watched.channel.alloc().buffer(32 << 20).writeZero(32 << 20);
            watched.channel.writeAndFlush(large).await(20, TimeUnit.SECONDS);
        });
    }

    private interface Scenario {
        void run(Watched watched) throws Exception;
    }

    private static void compare(String what, Kind netty, Sender sender, Scenario scenario) throws Exception {
        try (sender) {
            for (Transport transport : transports()) {
                EventLoopGroup group = transport.group(2);
                try {
                    Watched idle = new Watched(netty, transport, group, "127.0.0.1", sender.port());
                    Watched heartbeat = new Watched(Kind.HEARTBEAT, transport, group, "127.0.0.1", sender.port());
                    Thread other = new Thread(() -> {
                        try {
                            scenario.run(idle);
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    });
                    other.start();
                    scenario.run(heartbeat);
                    other.join();
                    row(what, netty, transport, idle.alarms.isEmpty() ? "none" : idle.alarms.get(0));
                    row(what, Kind.HEARTBEAT, transport, heartbeat.alarms.isEmpty() ? "none" : heartbeat.alarms.get(0));
                    assertThat(heartbeat.alarms).as(what + " on " + transport).isEmpty();
                    if (!what.startsWith(
                            "event loop")) { // which Netty's loop survives, if it was blocked by a plain task
                        assertThat(idle.alarms).as("the scenario is real").isNotEmpty();
                    }
                } finally {
                    Transport.shutDown(group);
                }
            }
        }
    }

    /** One side sends all the time, the other has nothing to say: each of them has to be heard all the same. */
    @Test
    void oneSidedBulk_bothDirectionsAreProven() throws Exception {
        for (Transport transport : transports()) {
            EventLoopGroup group = transport.group(2);
            try {
                List<Watched> children = new ArrayList<>();
                Channel server = new ServerBootstrap()
                        .group(group)
                        .channel(transport.server)
                        .childHandler(new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel child) {
                                Watched watched = new Watched(child);
                                children.add(watched);
                                child.pipeline().addLast(Kind.CODEC.handler(), watched);
                            }
                        })
                        .bind("127.0.0.1", 0)
                        .sync()
                        .channel();
                int port = ((InetSocketAddress) server.localAddress()).getPort();
                Watched client = new Watched(Kind.CODEC, transport, group, "127.0.0.1", port);
                long start = System.nanoTime();
                while (System.nanoTime() - start < 3_000_000_000L) {
                    client.channel.writeAndFlush(
                            client.channel.alloc().buffer(100_000).writeZero(100_000));
                    sleep(5);
                }
                assertThat(client.alarms).as("upload on " + transport).isEmpty();
                assertThat(children.get(0).alarms)
                        .as("download on " + transport)
                        .isEmpty();
                row("one-sided bulk for 3 s, sender", Kind.CODEC, transport, "none");
                row("one-sided bulk for 3 s, receiver", Kind.CODEC, transport, "none");
            } finally {
                Transport.shutDown(group);
            }
        }
    }

    private static void signal(Process program, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(program.pid()))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private static Process program(Class<?> main, String argument) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.addAll(List.of(LeakCheck.options()));
        command.addAll(List.of(main.getName(), argument));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
