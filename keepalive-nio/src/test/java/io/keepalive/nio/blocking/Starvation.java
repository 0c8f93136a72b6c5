package io.keepalive.nio.blocking;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.nio.Pair;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Virtual threads read and write connections of all styles; then nothing lets them run for three times the bound. Prints a line
 * for each connection that is lost meanwhile, at either end, and for a lock that is free and not taken; then {@code starved}.
 *
 * <p>Arguments: what takes the processors ({@link Hog}), and on how many threads.
 */
final class Starvation {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.parse("ping-idle=1s,pong-timeout=500ms,"
            + "max-missed-pongs=2,beat-interval=500ms,write-stall-timeout=60s,close-timeout=1s,require-heartbeats");
    private static final long STARVED_NANOS = 3 * CONFIG.detectionTime().toNanos();

    private Starvation() {}

    /** What takes the processors. */
    enum Hog {
        /** Virtual threads that compute. */
        COMPUTING {
            @Override
            void start(int threads) throws ReflectiveOperationException {
                for (int i = 0; i < threads; i++) {
                    startVirtual(Starvation::compute);
                }
            }
        },
        /** Virtual threads that wait without leaving their carrier: in a class initializer. */
        PINNED {
            @Override
            void start(int threads) throws ReflectiveOperationException {
                for (int i = 0; i < threads; i++) {
                    startVirtual(Pins::touch);
                }
            }
        },
        /** Platform threads of the highest priority that compute. */
        PLATFORM {
            @Override
            @SuppressWarnings("ThreadPriorityCheck") // the scheduler is what is tried
            void start(int threads) {
                for (int i = 0; i < threads; i++) {
                    Thread thread = new Thread(Starvation::compute);
                    thread.setPriority(Thread.MAX_PRIORITY);
                    thread.start();
                }
            }
        };

        abstract void start(int threads) throws ReflectiveOperationException;
    }

    public static void main(String[] arguments) throws Exception {
        Pair.tls().close(); // the certificate
        BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG);
        List<Watched> watched = new ArrayList<>();
        for (ReadMode mode : ReadMode.values()) {
            for (boolean tls : new boolean[] {false, true}) {
                String style = mode + (tls ? " over TLS" : "");
                Pair pair = tls ? Pair.tls() : Pair.plain();
                HeartbeatSocket near = heartbeats.wrap(pair.near(), mode);
                HeartbeatSocket far = heartbeats.wrap(pair.far(), ReadMode.PUMPED);
                startVirtual(() -> readAll(near));
                start(() -> writeALittle(far));
                watched.add(new Watched(style + ", reader", near, far));

                pair = tls ? Pair.tls() : Pair.plain();
                HeartbeatSocket writer = heartbeats.wrap(pair.near(), mode);
                HeartbeatSocket slow = heartbeats.wrap(pair.far(), ReadMode.PUMPED);
                startVirtual(() -> flood(writer));
                start(() -> readSlowly(slow));
                watched.add(new Watched(style + ", writer", writer, slow));
            }
        }
        StateLock lock = new StateLock();
        lock.lock();
        startVirtual(() -> {
            lock.lock();
            lock.unlock();
        });
        TimeUnit.SECONDS.sleep(1); // until the writers are blocked, and a virtual thread waits for the lock
        isStarving = true;
        Hog.valueOf(arguments[0]).start(Integer.parseInt(arguments[1]));
        CountDownLatch locked = new CountDownLatch(1);
        start(() -> {
            lock.lock();
            locked.countDown();
        });
        TimeUnit.MILLISECONDS.sleep(100); // until a platform thread waits for the lock, too
        lock.unlock();
        TimeUnit.NANOSECONDS.sleep(STARVED_NANOS);
        watched.forEach(Watched::report);
        if (locked.getCount() > 0) {
            System.out.println("a lock that is free, and that a platform thread waits for");
        }
        System.out.println("starved");
        System.exit(0);
    }

    private static volatile boolean isStarving;

    private record Watched(String style, HeartbeatSocket near, HeartbeatSocket far) {
        void report() {
            near.loss().ifPresent(loss -> print("near", loss));
            far.loss().ifPresent(loss -> print("far", loss));
        }

        private void print(String end, ConnectionLoss loss) {
            System.out.println(style + ", " + end + ": " + loss);
        }
    }

    /** By reflection: the tests are compiled for JDK 17. */
    static void startVirtual(Runnable task) throws ReflectiveOperationException {
        Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    private static void compute() {
        double value = 1;
        long startNanos = System.nanoTime();
        while (System.nanoTime() - startNanos < 2 * STARVED_NANOS) {
            value = Math.sin(value) + value;
        }
    }

    private static void readAll(HeartbeatSocket connection) {
        try {
            connection.input().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // it is asked for its loss
        }
    }

    private static void writeALittle(HeartbeatSocket connection) {
        try {
            while (true) {
                connection.output().write(1);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(isStarving ? 1_000_000 : 50));
            }
        } catch (IOException e) {
            // it is asked for its loss
        }
    }

    private static void flood(HeartbeatSocket connection) {
        try {
            while (true) {
                connection.output().write(new byte[100_000]);
            }
        } catch (IOException e) {
            // it is asked for its loss
        }
    }

    /** Slowly until it is blocked in the middle of a frame, then all of it. */
    private static void readSlowly(HeartbeatSocket connection) {
        byte[] buffer = new byte[1000];
        InputStream input = connection.input();
        try {
            while (true) {
                input.read(buffer);
                if (!isStarving) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
            }
        } catch (IOException e) {
            // it is asked for its loss
        }
    }

    /** A virtual thread that waits in a class initializer holds its carrier. */
    private static final class Pins {
        static {
            LockSupport.parkNanos(10 * STARVED_NANOS);
        }

        static void touch() {}
    }
}
