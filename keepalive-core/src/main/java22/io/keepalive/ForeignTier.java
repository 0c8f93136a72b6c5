package io.keepalive;

import java.util.Optional;

/** System calls through {@code java.lang.foreign}; the stand-in for older JDKs has the same methods. */
final class ForeignTier {
    private ForeignTier() {}

    /** Never fails: what is denied is a closed tier. */
    static NativeTier find() {
        try {
            ForeignCalls.link();
            return NativeTier.open(ForeignCalls::new);
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            // IllegalCallerException: the JVM denies native access. Others: a system without these functions.
            return NativeTier.closed("start it with --enable-native-access=" + NativeTier.ourModule());
        }
    }

    /** What the C library says for an error, in the language of this process; empty where calls are denied. */
    static Optional<String> errorText(int errno) {
        try {
            return Optional.of(ForeignCalls.errorText(errno));
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            return Optional.empty();
        }
    }

    /** Whether calling it makes the JVM print no warning: it was allowed by a flag, or has warned already. */
    static boolean isSilent() {
        return ForeignTier.class.getModule().isNativeAccessEnabled();
    }
}
