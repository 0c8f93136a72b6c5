package io.keepalive.internal.linux;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One way to make system calls, or why there is none.
 *
 * @param calls opens a session of calls; null if this way is closed
 * @param remedy what would open this way; empty if it is open
 */
public record SyscallTier(@Nullable Supplier<Syscalls> calls, String remedy) {
    public static SyscallTier open(Supplier<Syscalls> calls) {
        return new SyscallTier(calls, "");
    }

    public static SyscallTier closed(String remedy) {
        return new SyscallTier(null, remedy);
    }

    boolean isOpen() {
        return calls != null;
    }

    /** What the flags of the JVM call the module of this library. */
    static String ourModule() {
        String name = SyscallTier.class.getModule().getName();
        return name == null ? "ALL-UNNAMED" : name;
    }
}
