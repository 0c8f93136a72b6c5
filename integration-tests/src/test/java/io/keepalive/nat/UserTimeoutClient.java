package io.keepalive.nat;

import io.keepalive.KeepAlive;
import io.keepalive.loss.ConnectionLoss;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens connections of every {@link Kind}, half of them with a user timeout; after a line on its standard input, which
 * tells that the path is cut, sends one byte and reads on one, and writes 8 MB on another. Prints for each how long it
 * was blocked, or that it still is at the end.
 *
 * <p>Arguments: server address, policy with a user timeout, seconds until the end.
 */
final class UserTimeoutClient {
    private static final int LARGE = 8 << 20;

    private UserTimeoutClient() {}

    private interface Blocking {
        void on(Wire wire) throws IOException;
    }

    private record Subject(String name, Blocking call, Wire wire) {}

    public static void main(String[] args) throws Exception {
        List<Subject> subjects = new ArrayList<>();
        for (String policy : List.of(args[1], "on")) {
            for (Kind kind : Kind.values()) {
                InetSocketAddress address = new InetSocketAddress(args[0], kind.port(false));
                KeepAlive parsed = KeepAlive.parse(policy);
                subjects.add(new Subject(
                        "read " + kind + " " + policy,
                        wire -> {
                            wire.send(1);
                            wire.receive();
                        },
                        kind.connect(address, parsed)));
                subjects.add(new Subject(
                        "write " + kind + " " + policy,
                        wire -> wire.output().write(new byte[LARGE]),
                        kind.connect(address, parsed)));
            }
        }
        for (Subject subject : subjects) {
            subject.wire().send(1);
            if (subject.wire().receive() != 1) {
                throw new IOException("no echo");
            }
        }
        System.out.println("ready");
        if (System.in.read() < 0) {
            throw new IOException("no cut");
        }
        List<Thread> threads = new ArrayList<>();
        for (Subject subject : subjects) {
            Thread thread = new Thread(() -> block(subject), subject.name());
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        long endNanos =
                System.nanoTime() + Duration.ofSeconds(Long.parseLong(args[2])).toNanos();
        for (Thread thread : threads) {
            thread.join(Math.max(1, (endNanos - System.nanoTime()) / 1_000_000));
            if (thread.isAlive()) {
                System.out.println("hanging " + thread.getName());
            }
        }
        System.out.println("done");
        System.exit(0);
    }

    private static void block(Subject subject) {
        long startNanos = System.nanoTime();
        String how;
        try {
            subject.call().on(subject.wire());
            how = "nothing";
        } catch (IOException e) {
            how = ConnectionLoss.of(e).map(loss -> loss.cause().name()).orElse(e.toString());
        }
        long millis = (System.nanoTime() - startNanos) / 1_000_000;
        System.out.println("death " + subject.name() + " " + millis + " " + how);
    }
}
