package io.keepalive.cli.linux;

import java.nio.ByteBuffer;

/**
 * The system calls that the commands need. Thread-safe. Buffers are direct and used from position to limit; a call that
 * fails throws with its name and errno.
 */
public interface SystemCalls {

    /** socket(2); close-on-exec. */
    int socket(int domain, int type, int protocol) throws ErrnoException;

    /** bind(2) of a netlink socket: the kernel chooses the port. */
    void bindNetlink(int descriptor, int groups) throws ErrnoException;

    /** send(2); moves the position. */
    void send(int descriptor, ByteBuffer bytes) throws ErrnoException;

    /**
     * recv(2) into the buffer from position 0; afterwards position is 0 and the limit is the number of bytes.
     *
     * @throws ErrnoException also if the message was longer than the buffer (EMSGSIZE)
     */
    void receive(int descriptor, ByteBuffer buffer) throws ErrnoException;

    /** poll(2) for input: false after the timeout, or after a signal. */
    boolean awaitReadable(int descriptor, int timeoutMillis) throws ErrnoException;

    /** getsockopt(2) of an int. */
    int getOption(int descriptor, int level, int option) throws ErrnoException;

    /** setsockopt(2) of an int. */
    void setOption(int descriptor, int level, int option, int value) throws ErrnoException;

    /** pidfd_open(2). Linux 5.3. */
    int pidfdOpen(long pid) throws ErrnoException;

    /** pidfd_getfd(2): a duplicate, close-on-exec, of another process's descriptor. Linux 5.6. */
    int pidfdGetfd(int pidfd, int targetDescriptor) throws ErrnoException;

    /** open(2), read only and close-on-exec. */
    int open(String path) throws ErrnoException;

    /** setns(2), for the calling thread alone. */
    void setNamespace(int descriptor, int type) throws ErrnoException;

    /**
     * getdents64(2) into the buffer from position 0; afterwards position is 0 and the limit is the number of bytes: 0 at the
     * end.
     */
    void readEntries(int folder, ByteBuffer buffer) throws ErrnoException;

    /** readlink(2). */
    String readLink(String path) throws ErrnoException;

    /**
     * readlinkat(2) into the target from position 0; afterwards position is 0 and the limit is the number of bytes.
     *
     * @param names holds the link's name from an offset on, ended by a zero byte
     */
    void readLinkAt(int folder, ByteBuffer names, int offset, ByteBuffer target) throws ErrnoException;

    /** close(2); errors are ignored, the descriptor is gone in any case. */
    void close(int descriptor);
}
