package io.keepalive.nio.blocking;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** Virtual threads of JDK 21 and later, for code that runs on JDK 17, too. */
final class VirtualThreads {
    private static final @Nullable MethodHandle IS_VIRTUAL;
    private static final @Nullable MethodHandle START;

    static {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        MethodHandle isVirtual = null;
        MethodHandle start = null;
        if (Runtime.version().feature() >= 21) { // before that they were a preview
            try {
                isVirtual = lookup.findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
                start = lookup.findStatic(
                        Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
        IS_VIRTUAL = isVirtual;
        START = start;
    }

    private VirtualThreads() {}

    /** Whether the current thread is virtual. */
    static boolean isCurrent() {
        if (IS_VIRTUAL == null) {
            return false;
        }
        try {
            return (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
        } catch (Throwable e) {
            throw new AssertionError(e); // it throws nothing
        }
    }

    /**
     * Starts a virtual thread.
     *
     * @throws IllegalStateException before JDK 21
     */
    static void start(Runnable task) {
        if (START == null) {
            throw new IllegalStateException("virtual thread: not supported by this JVM (expected: JDK 21 or later)");
        }
        try {
            Object ignored = START.invoke(task);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e); // it throws nothing that is checked
        }
    }
}
