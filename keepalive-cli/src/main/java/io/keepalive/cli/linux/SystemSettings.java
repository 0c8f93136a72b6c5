package io.keepalive.cli.linux;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What a network namespace gives to sockets that choose nothing (docs.kernel.org/networking/ip-sysctl.html).
 *
 * @param retries2 how often data is retransmitted before the connection is given up
 */
public record SystemSettings(int idleSeconds, int intervalSeconds, int count, int retries2) {
    /** The kernel's own values (net/ipv4/tcp_ipv4.c, tcp_sk_init). */
    public static final SystemSettings KERNEL_DEFAULTS = new SystemSettings(7200, 75, 9, 15);

    private static final Path FOLDER = Path.of("/proc/sys/net/ipv4");

    /** Reads those of the calling thread's network namespace; what can't be read is the kernel's default. */
    public static SystemSettings read() {
        return new SystemSettings(
                read("tcp_keepalive_time", KERNEL_DEFAULTS.idleSeconds),
                read("tcp_keepalive_intvl", KERNEL_DEFAULTS.intervalSeconds),
                read("tcp_keepalive_probes", KERNEL_DEFAULTS.count),
                read("tcp_retries2", KERNEL_DEFAULTS.retries2));
    }

    private static int read(String name, int otherwise) {
        try {
            return Integer.parseInt(ProcFiles.firstLine(FOLDER.resolve(name)));
        } catch (IOException | NumberFormatException e) {
            return otherwise;
        }
    }
}
