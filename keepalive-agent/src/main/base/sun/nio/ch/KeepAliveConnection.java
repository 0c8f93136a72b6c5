package sun.nio.ch;

import java.io.FileDescriptor;

/**
 * A connection that the agent knows, and when it last carried data. Times are nanoseconds since the class was loaded. Plain
 * fields: at most one reader and one writer at a time, and a time that is read a moment too old does no harm.
 */
final class KeepAliveConnection {
    /** Longer ago, a write has been answered by the peer's kernel, or it is what ended the connection. */
    private static final long ANSWERED_NANOS = 30_000_000_000L;

    private static final long ORIGIN = System.nanoTime();

    /** What the agent knows about it; only the agent looks into it. */
    final Object about;

    /** Null until the first transfer if only the number was known when the connection was added. */
    private FileDescriptor descriptor;

    private final boolean isNative;
    private boolean isEstablished;
    private long receivedNanos;
    private long writtenNanos;
    private long stalledSinceNanos;
    private long gapNanos;
    private long gapEndNanos;

    /**
     * Begins a connection.
     *
     * @param isNative whether a native transport owns the descriptor
     */
    KeepAliveConnection(FileDescriptor descriptor, boolean isNative, boolean isEstablished, Object about) {
        this.descriptor = descriptor;
        this.isNative = isNative;
        this.isEstablished = isEstablished;
        this.about = about;
        receivedNanos = now();
        writtenNanos = receivedNanos;
        gapEndNanos = receivedNanos;
    }

    static long now() {
        return System.nanoTime() - ORIGIN;
    }

    /** Whether this descriptor, which has the connection's number, is the connection's. */
    boolean isOf(FileDescriptor candidate) {
        if (descriptor == candidate) {
            return true;
        }
        if (descriptor != null || isNative) {
            return false;
        }
        descriptor = candidate;
        return true;
    }

    boolean isEstablished() {
        return isEstablished;
    }

    void established() {
        isEstablished = true;
    }

    void received() {
        isEstablished = true;
        receivedNanos = now();
    }

    /** A write begins, or one that the peer's window holds up goes on. */
    void writing() {
        long now = now();
        if (stalledSinceNanos != 0) {
            return;
        }
        stalledSinceNanos = now;
        long gap = now - Math.max(receivedNanos, writtenNanos);
        // The longest gap before a write that may not have been answered yet.
        if (gap >= gapNanos || receivedNanos > gapEndNanos || now - gapEndNanos > ANSWERED_NANOS) {
            gapNanos = gap;
            gapEndNanos = now;
        }
        writtenNanos = now;
    }

    /** The write took something. */
    void written() {
        isEstablished = true;
        stalledSinceNanos = 0;
    }

    /**
     * What the agent needs to find out the cause of an end.
     *
     * @return since data was received; since data was sent; how long a write has been waiting, 0 for none; the silence
     *     before the first write that may be unanswered, 0 for none
     */
    long[] silences() {
        long now = now();
        return new long[] {
            now - receivedNanos,
            now - writtenNanos,
            stalledSinceNanos == 0 ? 0 : now - stalledSinceNanos,
            receivedNanos > gapEndNanos ? 0 : gapNanos
        };
    }
}
