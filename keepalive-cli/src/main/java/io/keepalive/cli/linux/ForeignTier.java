package io.keepalive.cli.linux;

/** The stand-in for JDKs without {@code java.lang.foreign}; {@code META-INF/versions/22} has the real one. */
final class ForeignTier {
    private ForeignTier() {}

    static SystemCallAccess find() {
        int feature = Runtime.version().feature();
        return new SystemCallAccess.Missing(
                feature < SystemCallAccess.FIRST_JDK
                        ? "JDK: " + feature
                                + " (expected: 22 or newer, for netlink and pidfd; install one and ./keepalive"
                                + " takes it)"
                        : "system calls: not in this jar, which was built by a JDK older than 22 (expected: a build by"
                                + " JDK 22 or newer)");
    }
}
