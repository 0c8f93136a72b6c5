package io.keepalive.netty;

import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Remembers every leak; named by the system property {@code io.netty.customResourceLeakDetector}. */
public final class CountingLeakDetector<T> extends ResourceLeakDetector<T> {
    static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    public CountingLeakDetector(Class<?> resource, int samplingInterval) {
        super(resource, samplingInterval);
    }

    /** Netty complains if this one is missing, and uses the other. */
    public CountingLeakDetector(Class<?> resource, int samplingInterval, long ignored) {
        this(resource, samplingInterval);
    }

    @Override
    protected boolean needReport() {
        return true;
    }

    @Override
    protected void reportTracedLeak(String resource, String records) {
        LEAKS.add(resource + records);
    }

    @Override
    protected void reportUntracedLeak(String resource) {
        LEAKS.add(resource);
    }
}
