package io.keepalive.internal.linux;

import java.util.Optional;

/** System calls through {@code java.lang.foreign}; the stand-in for older JDKs has the same methods. */
public final class ForeignTier {
    private ForeignTier() {}

    /** Never fails: what is denied is a closed tier. */
    static SyscallTier find() {
        try {
            ForeignSyscalls.link();
            return SyscallTier.open(ForeignSyscalls::new);
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            // IllegalCallerException: the JVM denies native access. Others: a system without these functions.
            return SyscallTier.closed("start it with --enable-native-access=" + SyscallTier.ourModule());
        }
    }

    /** What the C library says for an error, in the language of this process; empty where calls are denied. */
    public static Optional<String> errorText(int errno) {
        try {
            return Optional.of(ForeignSyscalls.errorText(errno));
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            return Optional.empty();
        }
    }

    /** Whether calling it makes the JVM print no warning: it was allowed by a flag, or has warned already. */
    public static boolean isSilent() {
        return ForeignTier.class.getModule().isNativeAccessEnabled();
    }
}
