package io.keepalive.nat;

import io.keepalive.KeepAlive;
import io.keepalive.loss.ConnectionLoss;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens a connection of every {@link Kind} with each of the given policies, exchanges a last byte on all of them,
 * prints a line, and then for each of them how long after its last byte a blocked read failed, and how.
 *
 * <p>Arguments: server address, policies.
 */
final class DetectionClient {
    private DetectionClient() {}

    private record Subject(Kind kind, KeepAlive policy, Wire wire) {}

    public static void main(String[] args) throws Exception {
        List<Subject> subjects = new ArrayList<>();
        for (String policy : List.of(args).subList(1, args.length)) {
            for (Kind kind : Kind.values()) {
                InetSocketAddress address = new InetSocketAddress(args[0], kind.port(false));
                KeepAlive parsed = KeepAlive.parse(policy);
                subjects.add(new Subject(kind, parsed, kind.connect(address, parsed)));
            }
        }
        // Once before, since the first exchange over TLS is a slow handshake; then all of them close together.
        for (Subject subject : subjects) {
            exchange(subject.wire());
        }
        List<Thread> threads = new ArrayList<>();
        for (Subject subject : subjects) {
            exchange(subject.wire());
            long lastByteNanos = System.nanoTime();
            Thread thread = new Thread(() -> report(subject, lastByteNanos));
            thread.start();
            threads.add(thread);
        }
        System.out.println("idle");
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("done");
        System.exit(0);
    }

    private static void report(Subject subject, long lastByteNanos) {
        String how;
        try {
            how = "read " + subject.wire().receive();
        } catch (IOException e) {
            how = ConnectionLoss.of(e).map(loss -> loss.cause().name()).orElse(e.toString());
        }
        long millis = (System.nanoTime() - lastByteNanos) / 1_000_000;
        System.out.println("death " + subject.kind() + " " + subject.policy() + " " + millis + " " + how);
    }

    private static void exchange(Wire wire) throws IOException {
        wire.send(1);
        if (wire.receive() != 1) {
            throw new IOException("no echo");
        }
    }
}
