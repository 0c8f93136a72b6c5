package io.keepalive.benchmarks.node;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** What an application does to its own process. */
final class Load {
    private static final int OBJECT_BYTES = 1000;

    private final Executor virtual = VirtualThreads.executor();

    @SuppressWarnings("UnusedVariable") // so that the loop has a result
    private volatile double result;

    /** Where an application computes. */
    enum On {
        /** Platform threads. */
        PLATFORM,
        /** Platform threads of the highest priority; it counts where the JVM runs with {@code ThreadPriorityPolicy=1}. */
        HIGHEST,
        VIRTUAL,
        /** Virtual threads that wait inside a class initializer, which holds their carriers. */
        PINNED
    }

    @SuppressWarnings("ThreadPriorityCheck") // that is what is tried
    void compute(On on, int threads, long millis) {
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (int i = 0; i < threads; i++) {
            switch (on) {
                case PLATFORM, HIGHEST -> {
                    Thread thread = VirtualThreads.daemon(() -> spin(endNanos), "computes");
                    thread.setPriority(on == On.HIGHEST ? Thread.MAX_PRIORITY : Thread.NORM_PRIORITY);
                    thread.start();
                }
                case VIRTUAL -> virtual.execute(() -> spin(endNanos));
                case PINNED -> virtual.execute(() -> pin(millis));
            }
        }
    }

    private void spin(long endNanos) {
        double x = 1;
        while (System.nanoTime() - endNanos < 0) {
            for (int i = 0; i < 1000; i++) {
                x = Math.sin(x) + x;
            }
        }
        result = x;
    }

    private static void pin(long millis) {
        try (InputStream bytes = Objects.requireNonNull(Load.class.getResourceAsStream("Pins.class"))) {
            System.setProperty(Pins.MILLIS, Long.toString(millis));
            MethodHandles.lookup().defineHiddenClass(bytes.readAllBytes(), true); // one class for each thread
        } catch (IOException | IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Full collections, one after the other, with so much that lives. */
    void collect(int times, int liveMegabytes) {
        VirtualThreads.daemon(
                        () -> {
                            List<byte[]> live = new ArrayList<>();
                            for (int i = 0; i < liveMegabytes * 1000; i++) {
                                live.add(new byte[OBJECT_BYTES]);
                            }
                            long startNanos = System.nanoTime();
                            for (int i = 0; i < times; i++) {
                                System.gc();
                            }
                            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
                            System.out.println("COLLECTED " + times + " times in " + millis + " ms, " + live.size()
                                    + " objects live");
                        },
                        "collects")
                .start();
    }
}
