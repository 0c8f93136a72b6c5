package io.keepalive.cli.linux;

import io.keepalive.cli.linux.SocketOwners.Owner;
import java.util.HashMap;
import java.util.Map;

/**
 * Reaches the sockets of other processes: duplicates a descriptor, proves that the duplicate is the socket that was meant,
 * uses it and closes it. The duplicate's socket is the other process's own; only the descriptor is ours. For one thread.
 */
public final class RemoteSockets implements AutoCloseable {
    private final SystemCalls calls;
    private final SocketDescriptors descriptors;
    private final Map<Long, Integer> pidfds = new HashMap<>();

    /** Work on a duplicate, which is open only during the call. */
    public interface Work<T> {
        T on(SystemCalls calls, int descriptor) throws ErrnoException;
    }

    public RemoteSockets(SystemCalls calls) {
        this.calls = calls;
        this.descriptors = new SocketDescriptors(calls);
    }

    /**
     * Does something with a socket.
     *
     * @throws ErrnoException EPERM without the right to trace the process, ESRCH if it has gone, EBADF if it has closed the
     *     socket, ENOSYS before Linux 5.6
     */
    public <T> T with(Owner owner, long inode, Work<T> work) throws ErrnoException {
        int duplicate = calls.pidfdGetfd(pidfd(owner.pid()), owner.descriptor());
        try {
            // The number may have been given to another file since it was looked up.
            if (descriptors.inodeOf(duplicate) != inode) {
                throw new ErrnoException("pidfd_getfd", Errno.EBADF);
            }
            return work.on(calls, duplicate);
        } finally {
            calls.close(duplicate);
        }
    }

    private int pidfd(long pid) throws ErrnoException {
        Integer known = pidfds.get(pid);
        if (known == null) {
            known = calls.pidfdOpen(pid);
            pidfds.put(pid, known);
        }
        return known;
    }

    /** Closes the handles on processes; a pid may have been given to another process since. */
    @Override
    public void close() {
        pidfds.values().forEach(calls::close);
        pidfds.clear();
    }
}
