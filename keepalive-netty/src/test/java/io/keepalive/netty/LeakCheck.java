package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails each test class after which a buffer was found leaked, at Netty's paranoid level. Registered for all of them by
 * {@code META-INF/services}.
 */
public final class LeakCheck implements AfterAllCallback {
    private static final AtomicInteger CANARIES = new AtomicInteger();
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        assertThat(leaks()).as("leaked buffers").isEmpty();
    }

    /** What leaked so far. A buffer leaked on purpose proves that the detector has looked by now. */
    public static synchronized List<String> leaks() throws InterruptedException {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        assertThat(ResourceLeakDetectorFactory.instance().newResourceLeakDetector(ByteBuf.class))
                .isInstanceOf(CountingLeakDetector.class);
        // Netty reports what looks the same only once.
        String canary = "canary " + CANARIES.incrementAndGet();
        leak(canary);
        long start = System.nanoTime();
        while (!CountingLeakDetector.LEAKS.removeIf(leak -> leak.contains(canary))) {
            if (System.nanoTime() - start > LIMIT_NANOS) {
                throw new AssertionError("the leak detector does not even see the buffer that was leaked on purpose");
            }
            System.gc();
            Thread.sleep(20);
            UnpooledByteBufAllocator.DEFAULT.directBuffer().release();
        }
        return List.copyOf(CountingLeakDetector.LEAKS);
    }

    /** What another JVM needs to be started with, so that its program can tell. */
    public static String[] options() {
        return new String[] {
            "-Dio.netty.leakDetection.level=" + System.getProperty("io.netty.leakDetection.level"),
            "-Dio.netty.customResourceLeakDetector=" + System.getProperty("io.netty.customResourceLeakDetector")
        };
    }

    static void leak(String hint) {
        UnpooledByteBufAllocator.DEFAULT.directBuffer().touch(hint);
    }
}
