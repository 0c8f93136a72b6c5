package io.keepalive.cli.relay;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many connections this process has descriptors for. */
final class Descriptors {
    /** For the JVM's own files, look-ups, the log and the metrics page. */
    private static final long RESERVED = 128;

    /** Where the system has no limit, or does not tell. */
    private static final int UNKNOWN = 16_384;

    private Descriptors() {}

    /** Two descriptors are needed for each. */
    static int connections() {
        try {
            if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
                long connections = (system.getMaxFileDescriptorCount() - RESERVED) / 2;
                return (int) Math.min(1_000_000, Math.max(1, connections));
            }
            return UNKNOWN;
        } catch (LinkageError e) {
            return UNKNOWN; // a runtime image without the module jdk.management
        }
    }
}
