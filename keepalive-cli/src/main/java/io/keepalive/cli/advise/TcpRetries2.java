package io.keepalive.cli.advise;

import java.time.Duration;

/**
 * What {@code net.ipv4.tcp_retries2} means in time: the kernel computes a limit from it, and gives unacknowledged data
 * up at the first retransmission after that (tcp_model_timeout in net/ipv4/tcp_timer.c; docs.kernel.org, IP sysctl:
 * 15 is 924.6 s). Measured: 5, 8, 15 are 13.3 s, 107.1 s, 939.5 s.
 */
final class TcpRetries2 {
    /** Below, a short outage on the way would end every connection of the system: 12.6 s. */
    private static final int LEAST = 5;

    /** The kernel's default: 924.6 s. */
    private static final int GREATEST = 15;

    private static final long LEAST_WAIT_MILLIS = 200;
    private static final long LONGEST_WAIT_MILLIS = 120_000;

    /** The last wait that is twice the one before; from there on it is {@link #LONGEST_WAIT_MILLIS}. */
    private static final int LAST_DOUBLED = 9;

    private TcpRetries2() {}

    /** The greatest value, of 5 to 15, whose limit is within a duration; 5 if there is none. */
    static int within(Duration limit) {
        int retries2 = GREATEST;
        while (retries2 > LEAST && Duration.ofMillis(millis(retries2)).compareTo(limit) > 0) {
            retries2--;
        }
        return retries2;
    }

    /** The limit in seconds with one decimal. */
    static String seconds(int retries2) {
        long millis = millis(retries2);
        return millis / 1000 + "." + millis % 1000 / 100;
    }

    private static long millis(int retries2) {
        int doubled = Math.min(retries2, LAST_DOUBLED);
        return ((2L << doubled) - 1) * LEAST_WAIT_MILLIS + (retries2 - doubled) * LONGEST_WAIT_MILLIS;
    }
}
