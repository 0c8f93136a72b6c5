package io.keepalive.netty.heartbeat;

import io.keepalive.KeepAlive;
import io.keepalive.netty.LeakCheck;
import io.keepalive.netty.Transport;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens a connection of every {@link Transport} with each of the given policies, and one without that the server keeps;
 * exchanges a last byte on all of them, or with {@code busy} leaves a byte to be sent after a line of input; then prints
 * how long after it each of them ended, and how.
 *
 * <p>Arguments: server address, {@code idle} or {@code busy}, policies.
 */
final class DetectionProgram {
    private static final long LIMIT_SECONDS = 60;

    private DetectionProgram() {}

    private record Subject(Transport transport, KeepAlive policy, Wire wire) {}

    public static void main(String[] args) throws Exception {
        List<Subject> subjects = new ArrayList<>();
        boolean busy = args[1].equals("busy");
        for (Transport transport : Transport.here()) {
            EventLoopGroup group = transport.group(1);
            for (String text : List.of(args).subList(2, args.length)) {
                KeepAlive policy = KeepAlive.parse(text);
                subjects.add(new Subject(
                        transport, policy, new Wire(transport, group, policy, args[0], transport.port(false))));
            }
            if (!busy) {
                new Wire(transport, group, KeepAlive.off(), args[0], transport.port(true)).exchange();
            }
        }
        if (busy) {
            for (Subject subject : subjects) {
                subject.wire().exchange();
            }
            System.out.println("ready");
            System.in.read();
        }
        List<Thread> threads = new ArrayList<>();
        for (Subject subject : subjects) {
            if (busy) {
                subject.wire().send(2);
            } else {
                subject.wire().exchange();
            }
            long lastByteNanos = System.nanoTime();
            Thread thread = new Thread(() -> report(subject, lastByteNanos));
            thread.start();
            threads.add(thread);
        }
        System.out.println("idle");
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("leaks: " + LeakCheck.leaks());
        System.exit(0);
    }

    private static void report(Subject subject, long lastByteNanos) {
        try {
            String how = subject.wire().event(LIMIT_SECONDS);
            long millis = (System.nanoTime() - lastByteNanos) / 1_000_000;
            System.out.println("death " + subject.transport() + " " + subject.policy() + " " + millis + " " + how);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
