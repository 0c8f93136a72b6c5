package io.keepalive.cli.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * How many TCP connections a network namespace has opened and accepted since it was made (RFC 4022, ActiveOpens and
 * PassiveOpens, from {@code /proc/net/snmp}). Reading it takes microseconds, a dump of all sockets milliseconds: while the
 * number stays, no connection has been added. For one thread.
 */
public final class OpenCounter implements AutoCloseable {
    /** Can't be read. */
    public static final long UNKNOWN = -1;

    /** {@code Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens ...}, first the names, then the values. */
    private static final int ACTIVE_OPENS = 5;

    private static final byte[] LINE = "\nTcp: ".getBytes(StandardCharsets.US_ASCII);
    private static final int BUFFER_BYTES = 8 * 1024;

    private final FileChannel file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private OpenCounter(FileChannel file) {
        this.file = file;
    }

    /** Opens it in the network namespace of the calling thread, where it stays. */
    public static OpenCounter open() throws IOException {
        return new OpenCounter(FileChannel.open(Path.of("/proc/thread-self/net/snmp")));
    }

    /** The number now, or {@link #UNKNOWN}. */
    public long read() {
        try {
            buffer.clear();
            int bytes = file.read(buffer, 0);
            return bytes > 0 ? parse(buffer.flip()) : UNKNOWN;
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    static long parse(ByteBuffer text) {
        int values = end(text, end(text, 0));
        if (values < 0) {
            return UNKNOWN;
        }
        int field = 1;
        long sum = 0;
        long number = 0;
        for (int i = values; i < text.limit(); i++) {
            byte next = text.get(i);
            if (next >= '0' && next <= '9') {
                number = number * 10 + next - '0';
            } else if (next == ' ' || next == '\n') {
                if (field >= ACTIVE_OPENS) {
                    sum += number;
                }
                if (field == ACTIVE_OPENS + 1) {
                    return sum;
                }
                field++;
                number = 0;
            }
        }
        return UNKNOWN;
    }

    /** Where the next line of TCP goes on after its name; negative if there is none. */
    private static int end(ByteBuffer text, int start) {
        for (int i = Math.max(0, start); start >= 0 && i + LINE.length <= text.limit(); i++) {
            int matched = 0;
            while (matched < LINE.length && text.get(i + matched) == LINE[matched]) {
                matched++;
            }
            if (matched == LINE.length) {
                return i + matched;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // it was only read
        }
    }
}
