package io.keepalive.cli.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads which sockets a process's descriptors are, from {@code /proc/PID/fd}, without an object for each: there may be tens
 * of thousands. For one thread.
 */
final class SocketDescriptors {
    /** What is no socket. */
    static final long NONE = -1;

    private static final int BUFFER_BYTES = 32 * 1024;

    /** {@code socket:[} and at most 20 digits and a bracket are 29; what is longer is no socket. */
    private static final int LINK_BYTES = 64;

    private static final byte[] PREFIX = "socket:[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OWN_FOLDER = "/proc/self/fd/".getBytes(StandardCharsets.US_ASCII);
    private static final int AT_FDCWD = -100;

    /** {@code struct linux_dirent64}: inode and offset of 8 bytes each, the record's length, a type, the name. */
    private static final int RECORD_LENGTH = 16;

    private static final int NAME = 19;

    private final SystemCalls calls;
    private final ByteBuffer entries = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
    private final ByteBuffer link = ByteBuffer.allocateDirect(LINK_BYTES);
    private final ByteBuffer own = ByteBuffer.allocateDirect(LINK_BYTES).put(OWN_FOLDER);

    /** Gets the sockets of a process. */
    interface Visitor {
        void socket(int descriptor, long inode);
    }

    SocketDescriptors(SystemCalls calls) {
        this.calls = calls;
    }

    /**
     * Hands every socket of a process to the visitor.
     *
     * @throws ErrnoException EACCES if this process may not look, ENOENT if the other one has ended
     */
    void list(long pid, Visitor visitor) throws ErrnoException {
        int folder = calls.open("/proc/" + pid + "/fd");
        try {
            calls.readEntries(folder, entries);
            while (entries.hasRemaining()) {
                for (int offset = 0; offset < entries.limit(); offset += recordLength(offset)) {
                    int descriptor = number(entries, offset + NAME);
                    if (descriptor >= 0) {
                        long inode = inode(folder, entries, offset + NAME);
                        if (inode != NONE) {
                            visitor.socket(descriptor, inode);
                        }
                    }
                }
                calls.readEntries(folder, entries);
            }
        } finally {
            calls.close(folder);
        }
    }

    /** The inode of a socket behind a descriptor of this process; {@link #NONE} if it is none. */
    long inodeOf(int descriptor) {
        int offset = OWN_FOLDER.length;
        int digits = 1;
        for (int rest = descriptor; rest >= 10; rest /= 10) {
            digits++;
        }
        own.put(offset + digits, (byte) 0);
        for (int rest = descriptor; digits > 0; rest /= 10) {
            own.put(offset + --digits, (byte) ('0' + rest % 10));
        }
        return inode(AT_FDCWD, own, 0);
    }

    private long inode(int folder, ByteBuffer names, int offset) {
        try {
            calls.readLinkAt(folder, names, offset, link);
            return parse(link);
        } catch (ErrnoException e) {
            return NONE; // closed meanwhile
        }
    }

    private int recordLength(int offset) {
        return Short.toUnsignedInt(entries.getShort(offset + RECORD_LENGTH));
    }

    /** The number that a name is; negative for {@code .} and {@code ..}. */
    static int number(ByteBuffer names, int offset) {
        int number = 0;
        int end = offset;
        for (byte next = names.get(end); next != 0; next = names.get(++end)) {
            if (next < '0' || next > '9') {
                return -1;
            }
            number = number * 10 + next - '0';
        }
        return number;
    }

    /** Reads {@code socket:[4711]}. */
    static long parse(ByteBuffer target) {
        int last = target.limit() - 1;
        if (last <= PREFIX.length || target.get(last) != ']') {
            return NONE;
        }
        for (int i = 0; i < PREFIX.length; i++) {
            if (target.get(i) != PREFIX[i]) {
                return NONE;
            }
        }
        long inode = 0;
        for (int i = PREFIX.length; i < last; i++) {
            int digit = target.get(i) - '0';
            if (digit < 0 || digit > 9) {
                return NONE;
            }
            inode = inode * 10 + digit;
        }
        return inode;
    }
}
