package io.keepalive;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One way to make system calls, or why there is none.
 *
 * @param calls opens a session of calls; null if this way is closed
 * @param remedy what would open this way; empty if it is open
 */
record NativeTier(@Nullable Supplier<DescriptorCalls> calls, String remedy) {
    static NativeTier open(Supplier<DescriptorCalls> calls) {
        return new NativeTier(calls, "");
    }

    static NativeTier closed(String remedy) {
        return new NativeTier(null, remedy);
    }

    boolean isOpen() {
        return calls != null;
    }

    /** What the flags of the JVM call the module of this library. */
    static String ourModule() {
        String name = NativeTier.class.getModule().getName();
        return name == null ? "ALL-UNNAMED" : name;
    }
}
