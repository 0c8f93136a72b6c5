package io.keepalive.cli.linux;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Splits what a sock_diag socket delivered into messages. Pure; keeps a cursor so that reading allocates nothing. */
final class NetlinkReader {
    static final int HEADER_BYTES = 16;
    private static final int TYPE = 4;
    private static final int FLAGS = 6;

    private final DiagMessage message = new DiagMessage();
    private boolean wasInterrupted;

    /**
     * Hands each socket in the buffer to the consumer.
     *
     * @param buffer in native byte order, from position to limit
     * @return whether the dump has ended
     * @throws ErrnoException if the kernel answers with an error
     */
    boolean read(ByteBuffer buffer, Consumer<? super DiagMessage> consumer) throws ErrnoException {
        int offset = buffer.position();
        while (buffer.limit() - offset >= HEADER_BYTES) {
            int length = buffer.getInt(offset);
            if (length < HEADER_BYTES || length > buffer.limit() - offset) {
                throw new IllegalArgumentException("nlmsghdr: length " + length + " (expected: " + HEADER_BYTES + " to "
                        + (buffer.limit() - offset) + ")");
            }
            wasInterrupted |= (buffer.getShort(offset + FLAGS) & Linux.NLM_F_DUMP_INTR) != 0;
            switch (buffer.getShort(offset + TYPE)) {
                case Linux.NLMSG_DONE -> {
                    return true;
                }
                case Linux.NLMSG_ERROR -> {
                    int errno = -buffer.getInt(offset + HEADER_BYTES);
                    if (errno != 0) {
                        throw new ErrnoException("sock_diag", errno);
                    }
                    return true;
                }
                case Linux.SOCK_DIAG_BY_FAMILY -> {
                    message.moveTo(buffer, offset + HEADER_BYTES, offset + length);
                    consumer.accept(message);
                }
                default -> {
                    // NLMSG_NOOP and what later kernels may add
                }
            }
            offset += aligned(length);
        }
        return false;
    }

    /** Whether sockets changed during a dump, so that one may be missing or doubled; resets it. */
    boolean takeInterrupted() {
        boolean result = wasInterrupted;
        wasInterrupted = false;
        return result;
    }

    /** Netlink messages and attributes start at multiples of four. */
    static int aligned(int length) {
        return (length + 3) & ~3;
    }
}
