package io.keepalive.cli.linux;

import java.io.IOException;

/** A system call failed. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    /**
     * Names the call and its error.
     *
     * @param call for example {@code pidfd_getfd}
     * @param errno see {@link Errno}
     */
    public ErrnoException(String call, int errno) {
        super(call + ": " + Errno.text(errno));
        this.call = call;
        this.errno = errno;
    }

    /** The call that failed. */
    public String call() {
        return call;
    }

    /** Its error. */
    public int errno() {
        return errno;
    }
}
