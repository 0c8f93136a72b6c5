package io.keepalive.cli.linux;

/** System calls through {@code java.lang.foreign}; the stand-in for older JDKs has the same method. */
final class ForeignTier {
    private ForeignTier() {}

    static SystemCallAccess find() {
        try {
            return new SystemCallAccess.Available(new ForeignSystemCalls());
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            // IllegalCallerException: the JVM denies native access. Others: a C library without these functions.
            return new SystemCallAccess.Missing(
                    "native access: denied (expected: java --enable-native-access=ALL-UNNAMED)");
        }
    }
}
