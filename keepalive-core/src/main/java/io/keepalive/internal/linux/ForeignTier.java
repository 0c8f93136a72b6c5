package io.keepalive.internal.linux;

import java.util.Optional;

/**
 * System calls through {@code java.lang.foreign}. This is its stand-in before JDK 22, where there is no such thing; the
 * jar's {@code META-INF/versions/22} holds the real one.
 */
public final class ForeignTier {
    private static final int FIRST_FEATURE_RELEASE = 22;

    private ForeignTier() {}

    /** Never fails: what is denied is a closed tier. */
    static SyscallTier find() {
        return SyscallTier.closed(
                Runtime.version().feature() < FIRST_FEATURE_RELEASE
                        ? "run on JDK 22 or newer"
                        : "use a keepalive-core.jar that was built by JDK 22 or newer and kept its manifest attribute"
                                + " Multi-Release: true");
    }

    /** What the C library says for an error; empty here. */
    public static Optional<String> errorText(int errno) {
        return Optional.empty();
    }

    /** Whether calling it makes the JVM print no warning. */
    public static boolean isSilent() {
        return true;
    }
}
